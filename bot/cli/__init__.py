"""The command `lernallianz`. Every subcommand imports what it needs when it is called."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.staff import invite, staff, team
from bot.errors import ConfigurationError, LernallianzError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Lernallianz, the assistant.")
knowledge = typer.Typer(no_args_is_help=True, help="Check and search the articles.")
app.add_typer(knowledge, name="knowledge")
dialogue = typer.Typer(no_args_is_help=True, help="Check and test any Rasa 3 project.")
app.add_typer(dialogue, name="dialogue")
nlu = typer.Typer(no_args_is_help=True, help="Measure understanding.")
app.add_typer(nlu, name="nlu")
editors = typer.Typer(no_args_is_help=True, help="Questions that people sent to the editors.")
app.add_typer(editors, name="editors")
diary = typer.Typer(no_args_is_help=True, help="The learning diary.")
app.add_typer(diary, name="diary")
people = typer.Typer(no_args_is_help=True, help="Consent on paper.")
app.add_typer(people, name="people")
reminders = typer.Typer(no_args_is_help=True, help="Reminders.")
app.add_typer(reminders, name="reminders")
nudges = typer.Typer(no_args_is_help=True, help="Nudges for parents.")
app.add_typer(nudges, name="nudges")
app.add_typer(team, name="team")
app.add_typer(staff, name="staff")


def main() -> None:
    """Run a command; a known error is one clear sentence and exit code 2, not a traceback."""
    try:
        app()
    except LernallianzError as error:
        typer.echo(f"lernallianz: {error}", err=True)
        raise SystemExit(2) from error


@app.command()
def run() -> None:
    """Run the assistant with all connectors that are set up."""
    from bot.service import serve
    from bot.settings import load

    asyncio.run(serve(load()))


@app.command()
def chat() -> None:
    """Talk with the assistant here; plain text also from a pipe."""
    from bot.service import talk
    from bot.settings import load

    asyncio.run(talk(load()))


@app.command()
def ask(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object for each line.")] = False,
) -> None:
    """Answer one question for each line of standard input, each a fresh conversation."""
    from bot.ask import answers
    from bot.settings import load

    lines = (line.decode("utf-8", errors="replace") for line in sys.stdin.buffer)
    for answer in answers(load(), lines):
        text = answer.get("text", answer.get("error"))
        typer.echo(json.dumps(answer, ensure_ascii=False) if jsonl else f"{text}\n")


@app.command()
def train(
    check: Annotated[bool, typer.Option("--check", help="Only load everything.")] = False,
) -> None:
    """Build the model files; does nothing when they are current."""
    from bot.assistant import check_files
    from bot.models import train as build
    from bot.settings import load

    settings = load()
    if check:
        check_files(settings)
        typer.echo("dialogues, texts and knowledge can be loaded")
    elif built := build(settings):
        typer.echo(f"built {', '.join(built)}")


@app.command()
def doctor() -> None:
    """Look at settings, key, database, clock, model and knowledge, and say how to mend them."""
    from bot.doctor import examine

    findings = asyncio.run(examine())
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.is_fatal for finding in findings):
        raise SystemExit(1)


@knowledge.command("check")
def knowledge_check() -> None:
    """Lint the articles and nudges; exit code 1 when something is found."""
    from bot.settings import load
    from knowledge.check import check
    from knowledge.loader import KnowledgeError, load_library
    from knowledge.nudge import load_nudges
    from knowledge.nudge_check import check_nudges

    folder = load().knowledge_dir
    try:
        library, for_parents = load_library(folder), load_nudges(folder)
    except KnowledgeError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from error
    findings = [*check(library), *check_nudges(for_parents, library)]
    for finding in findings:
        typer.echo(str(finding))
    counted = f"{len(library.articles)} articles, {len(for_parents)} nudges"
    typer.echo(f"{counted}, {len(findings)} findings")
    if findings:
        raise SystemExit(1)


@knowledge.command("search")
def knowledge_search(
    articles: Annotated[Path, typer.Option(help="Any folder of Markdown files.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object for each line.")] = False,
) -> None:
    """Rank the pages of a folder for each line of standard input."""
    from knowledge.index import build_index
    from knowledge.search import folder_documents, search

    if not articles.is_dir():
        raise ConfigurationError(f"{articles} is no folder")
    index = build_index(folder_documents(articles))
    for line in sys.stdin.buffer:
        question = _question(line.decode("utf-8", errors="replace"))
        hits = [{"article": hit.key, "score": hit.score} for hit in search(index, question)]
        if jsonl:
            typer.echo(json.dumps({"question": question, "hits": hits}, ensure_ascii=False))
        else:
            typer.echo("\n".join(f"{hit['score']:.2f}  {hit['article']}" for hit in hits) + "\n")


def _question(line: str) -> str:
    """A line may be plain text or a JSON object with `question`."""
    try:
        return str(json.loads(line)["question"])
    except (ValueError, KeyError, TypeError):
        return line.strip()


@dialogue.command("check")
def dialogue_check(folder: Annotated[Path, typer.Argument(help="The project's folder.")]) -> None:
    """Load a Rasa 3 project, and say what is replaced, or refused with file and line."""
    from bot.projects import checked

    _, notices = checked(folder)
    for notice in notices:
        typer.echo(notice)


@dialogue.command("test")
def dialogue_test(folder: Annotated[Path, typer.Argument(help="The project's folder.")]) -> None:
    """Run a project's test stories; exit code 1 when one fails."""
    from bot.projects import run_tests

    passed = failed = 0
    for result in run_tests(folder):
        if result.differences:
            failed += 1
            typer.echo(f"{result.name}:")
            for difference in result.differences:
                typer.echo(f"  {difference}")
        else:
            passed += 1
    typer.echo(f"{passed} passed, {failed} failed")
    if failed:
        raise SystemExit(1)


@app.command()
def worklist() -> None:
    """What waits for an editor: questions, bad ratings, facts that expire, articles taken for each other."""
    from bot.models import lessons_of
    from bot.settings import load
    from bot.understanding.concepts import load_concepts
    from bot.worklist import confusable
    from bot.worklist import worklist as gathered

    settings = load()
    found = asyncio.run(gathered(settings))
    typer.echo(f"Open questions: {len(found.questions)}")
    for question in found.questions:
        typer.echo(f"  {question.number}\t{question.asked_at:%Y-%m-%d}\t{question.text}")
    typer.echo(f"Badly rated: {len(found.badly_rated)}")
    for rated in found.badly_rated:
        typer.echo(f"  {rated.article}\thelped {rated.helped}, failed {rated.failed}")
    typer.echo(f"Expire within 60 days: {len(found.expiring)}")
    for article in found.expiring:
        typer.echo(f"  {article.valid_until}\t{article.key}\t{article.path.name}")
    pairs = confusable(lessons_of(settings), load_concepts(settings.concepts))
    typer.echo(f"Taken for each other: {len(pairs)}")
    for pair in pairs:
        typer.echo(f"  {pair.times}\t{pair.first}\t{pair.second}")


@nlu.command("evaluate")
def nlu_evaluate(
    train: Annotated[Path, typer.Option(help="A Rasa NLU file to learn from.")],
    test: Annotated[Path, typer.Option(help="A Rasa NLU file to test with.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Train on one file and test on another; an intent that only the test has is out of scope."""
    from bot.nlu import evaluate

    figures = evaluate(train, test).as_json()
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        if name != "thresholds":
            typer.echo(f"{name:22} {value}")


@editors.command("list")
def editors_list() -> None:
    """Show the open questions, oldest first."""
    from bot.settings import load
    from bot.worklist import open_questions

    for question in asyncio.run(open_questions(load())):
        typer.echo(f"{question.number}\t{question.asked_at:%Y-%m-%d}\t{question.text}")


@editors.command("done")
def editors_done(number: Annotated[int, typer.Argument(help="The question's number.")]) -> None:
    """Delete a question that was dealt with."""
    from bot.settings import load
    from bot.worklist import close

    if not asyncio.run(close(load(), number)):
        raise ConfigurationError(f"there is no question {number}")
    typer.echo(f"question {number} is deleted")


@diary.command("parse")
def diary_parse(
    today: Annotated[
        str, typer.Option(help="The day on which the messages were written, 2026-11-16.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object for each line.")] = False,
) -> None:
    """Read each line of standard input as a message to the diary; nothing is stored."""
    from datetime import date

    from bot.diary.parsing import parsed

    try:
        day = date.fromisoformat(today)
    except ValueError as error:
        raise ConfigurationError(f"{today} is no date such as 2026-11-16") from error
    for line in sys.stdin.buffer:
        found = parsed(line.decode("utf-8", errors="replace").rstrip("\r\n"), day)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if jsonl else 1))


@diary.command("import")
def diary_import(
    file: Annotated[Path, typer.Argument(help="JSON, as the export writes it.")],
    code: Annotated[str, typer.Argument(help="The code that the person got with /import.")],
) -> None:
    """Take a JSON file into a person's diary; signed weeks stay as they are."""
    from bot.office import import_nachweis
    from bot.settings import load

    found = asyncio.run(import_nachweis(load(), file, code))
    for problem in found.problems:
        typer.echo(f"{problem.place or file}: {problem.fault}", err=True)
    if found.problems:
        raise SystemExit(1)
    typer.echo(f"{len(found.entries)} entries taken, {len(found.overwritten)} days replaced")
    left = len(found.signed) + len(found.submitted)
    typer.echo(f"{left} weeks that are signed or submitted were left alone")


@people.command("confirm")
def people_confirm(
    code: Annotated[str, typer.Argument(help="The code that a child under 16 handed over.")],
) -> None:
    """A parent agreed on paper; the child's drafts are kept from now on."""
    from bot.office import confirm_on_paper
    from bot.settings import load

    asyncio.run(confirm_on_paper(load(), code))
    typer.echo("confirmed; the child hears of it")


@reminders.command("explain")
def reminders_explain(
    person: Annotated[str, typer.Argument(help="A person's id, or a chat as channel:address.")],
) -> None:
    """Why the reminders of a person rang, or did not."""
    from bot.explain import opened
    from bot.settings import load

    async def explained() -> list[str]:
        async with opened(load()) as explainer:
            return await explainer.lines(person)

    for line in asyncio.run(explained()):
        typer.echo(line)


@nudges.command("preview")
def nudges_preview(
    stage: Annotated[
        str,
        typer.Option(help="k7 to k13 or a1 to a4: what would come when, by the default topics."),
    ] = "",
    state: Annotated[str, typer.Option(help="Whose school holidays count.")] = "he",
    year: Annotated[
        int, typer.Option(help="In which the school year begins; 0 is the present one.")
    ] = 0,
) -> None:
    """How many school weeks the nudges cover; with a stage, what would come when."""
    from bot.calendar_of_germany import STATES, knows_school_holidays
    from bot.clock import day_in_germany
    from bot.nudges.preview import coverage_lines, year_lines
    from bot.nudges.subscription import school_year
    from bot.settings import clock_of, load
    from knowledge.loader import KnowledgeError
    from knowledge.nudge import STAGES, load_nudges

    if stage and stage not in STAGES:
        raise ConfigurationError(f"{stage} is none of {', '.join(STAGES)}")
    if state not in STATES:
        raise ConfigurationError(f"{state} is none of {', '.join(STATES)}")
    settings = load()
    year = year or school_year(day_in_germany(clock_of(settings)()))
    if not knows_school_holidays(state, year):
        typer.echo(f"the school holidays of {year} are not known to their end", err=True)
    try:
        for_parents = load_nudges(settings.knowledge_dir).values()
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error
    lines = (
        year_lines(for_parents, stage, state, year)
        if stage
        else coverage_lines(for_parents, state, year)
    )
    for line in lines:
        typer.echo(line)


app.command()(invite)
