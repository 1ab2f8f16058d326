"""The words and phrases for what a day is: work, school, course, leave; folded. Data only."""

from collections.abc import Mapping

from bot.diary.nachweis import DayType


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TYPES: Mapping[str, DayType] = {
    word: day_type
    for day_type, words in {
        DayType.SCHULE: (
            "berufsschule berufschule bs schule unterricht blockunterricht blockschule onlineunterricht online-unterricht"
            " schultag schui schul berufsschultag berufskolleg schulblock blockwoche distanzunterricht homeschooling schulunterricht berufsschulunterricht"
            " berufsfachschule pflegeschule berufsschui beruafsschui beruafsschul"
        ),
        DayType.UNTERWEISUNG: (
            "uelu ueba uebl uebs uelus lehrgang lehrgangs ueberbetriebliche ueberbetrieblicher ueberbetrieblichen ueberbetriebliches"
            " unterweisung schulung seminar workshop fortbildung onlineschulung online-schulung werksunterricht kurs"
            " onlineseminar online-seminar online-fortbildung onlinefortbildung praesenzschulung inhouse-schulung"
            " lehrgangswoche webinar unterwiesen geschult"
        ),
        DayType.URLAUB: "urlaub urlaubstag urlaubstage resturlaub jahresurlaub sonderurlaub bildungsurlaub",
        DayType.KRANK: (
            "krank krankgeschrieben krankgemeldet krankmeldung krankschreibung arbeitsunfaehig krankenschein krankheit au"
            " krankenhaus"
        ),
        DayType.FEIERTAG: "feiertag feiertags feiertage",
        DayType.FREI: (
            "frei freier freien freigestellt freistellung ruhetag ueberstundenabbau ueberstundenausgleich ausgleichstag brueckentag gleittag gleitzeittag zeitausgleich"
            " freizeitausgleich abgefeiert abgebummelt ueberstundenfrei freigenommen freibekommen freigehabt"
        ),
        DayType.BETRIEB: "betrieb firma ausbildungsbetrieb",
    }.items()
    for word in words.split()
}  # fmt: skip
"""What a day is called."""

SLIPPERY = (
    "berufsschule", "unterricht", "lehrgang", "unterweisung", "seminar", "urlaub", "feiertag", "freigestellt",
    "ueberstundenabbau", "krankgeschrieben",
)  # fmt: skip
"""Type words that are understood with one slip of the finger; not `schulung`, which is one letter from `schalung`."""

HINTS: Mapping[str, DayType] = {
    "klassenarbeit": DayType.SCHULE,
    "klausur": DayType.SCHULE,
    "lernfeld": DayType.SCHULE,
    "schularbeit": DayType.SCHULE,
    "zeugnisausgabe": DayType.SCHULE,
    "staplerschein": DayType.UNTERWEISUNG,
    "kurs": DayType.UNTERWEISUNG,
    "erste-hilfe-kurs": DayType.UNTERWEISUNG,
    "ersthelferkurs": DayType.UNTERWEISUNG,
}
"""Words for a type that are an activity as well."""

HINT_ENDINGS: Mapping[str, DayType] = {
    "unterweisung": DayType.UNTERWEISUNG,
    "seminar": DayType.UNTERWEISUNG,
    "schulung": DayType.UNTERWEISUNG,
    "lehrgang": DayType.UNTERWEISUNG,
    "workshop": DayType.UNTERWEISUNG,
}
NO_HINTS = frozenset({"umschulung", "einschulung"})

KEPT_TYPES = frozenset(
    {"ueberstundenabbau", "gleittag", "gleitzeittag", "zeitausgleich", "freizeitausgleich"}
)
"""Type words that stay as the reason."""

COURSES = frozenset(
    {"seminar", "schulung", "lehrgang", "kurs", "workshop", "fortbildung", "webinar"}
)
"""They stay in an activity when its name stands before them (`Baufi Seminar`)."""

COURSES_AWAY = _words(
    """
    uelu ueba uebl uebs uelus lehrgang lehrgangs ueberbetriebliche ueberbetrieblicher ueberbetrieblichen
    ueberbetriebliches lehrgangswoche kurs
    """
)
"""Courses at a place of their own, where one stays; after the others one goes back to work."""
SUBJECTS = _words(
    """
    mathe mathematik deutsch englisch reli religion ethik sport wiso politik sozialkunde
    gemeinschaftskunde wirtschaft bwl rechnungswesen informatik physik chemie biologie fachkunde
    fachrechnen technologie rewe gestaltung franzoesisch wirtschaftskunde fachtheorie fachpraxis
    datenverarbeitung
    """
)
"""School subjects; two beside each other are two activities."""
SCHOOL_ALONE = _words(
    """
    mathe mathematik deutsch englisch reli religion ethik wiso politik sozialkunde
    gemeinschaftskunde fachkunde fachrechnen wirtschaftskunde fachtheorie vokabeltest
    """
)
"""Of these alone nobody tells but from school."""
LESSONS = ("unterrichtsst", "schulst", "ustd")
DOCTORS = _words(
    """
    arzt aerztin zahnarzt hausarzt frauenarzt hautarzt augenarzt kieferorthopaede orthopaede doktor
    arzttermin zahnarzttermin arztbesuch zahnarztbesuch doktortermin
    """
)
"""A clause of these alone is a reason, not work."""

WORKPLACES = _words(
    """
    buero laden filiale praxis werkstatt salon lager backstube kueche markt kanzlei station
    """
)
"""There one works, after lessons with hours of their own."""
NEGATIONS = _words(
    """
    kein keine keinen nicht ohne fuer vor nach statt
    """
)
"""Before a type word they take its meaning (`keine Schule`, `für die Schule`)."""

TYPE_PHRASES: tuple[tuple[str, DayType], ...] = (
    (r"krank (?:geschrieben|gemeldet|zu ?hause|daheim|gewesen|im bett)", DayType.KRANK),
    (r"(?:im|lag im) krankenstand", DayType.KRANK),
    (r"(?:freien|freier|freie[nr]?) tag", DayType.FREI),
    (
        r"frei (?:bekommen|gehabt|genommen|gekriegt|gemacht|machen|nehmen|gestellt|gegeben|wegen)",
        DayType.FREI,
    ),
    (
        r"(?:gleitzeit|zeitausgleich|freizeitausgleich) (?:genommen|abgebaut|gehabt|abgefeiert)",
        DayType.FREI,
    ),
    (r"(?:war|hatte[nr]?|hatten wir) (?:zu|geschlossen)(?= *(?:$|[,.;\n]))", DayType.FREI),
    (r"gesetzlicher feiertag", DayType.FEIERTAG),
    (
        r"(?:inner)?betrieb\w*\.? (?:unterricht|schulung|unterweisung)\w*",
        DayType.UNTERWEISUNG,
    ),
    (r"(?:online|block|distanz)[ -]?unterricht", DayType.SCHULE),
    (r"au(?= (?:bis|vom|ab|seit|fuer|von)(?!\w))", DayType.KRANK),
)
KEPT_PHRASES: tuple[tuple[str, DayType], ...] = (
    (r"ueberstunden (?:abgebaut|abgefeiert|abgebummelt|abbauen|genommen)", DayType.FREI),
)
"""Phrases for a type that stay as the reason."""
