"""The words that reading knows, folded (lower case, ä as ae). Data only."""

from collections.abc import Mapping

from bot.diary.nachweis import DayType


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TYPES: Mapping[str, DayType] = {
    word: day_type
    for day_type, words in {
        DayType.SCHULE: (
            "berufsschule berufschule bs schule unterricht blockunterricht blockschule onlineunterricht online-unterricht"
            " schultag schui schul berufsschultag berufskolleg schulblock blockwoche distanzunterricht homeschooling schulunterricht"
            " berufsfachschule pflegeschule"
        ),
        DayType.UNTERWEISUNG: (
            "uelu ueba uelus lehrgang lehrgangs ueberbetriebliche ueberbetrieblicher ueberbetrieblichen ueberbetriebliches"
            " unterweisung schulung seminar workshop fortbildung onlineschulung online-schulung werksunterricht kurs"
            " lehrgangswoche webinar"
        ),
        DayType.URLAUB: "urlaub urlaubstag urlaubstage resturlaub jahresurlaub sonderurlaub bildungsurlaub",
        DayType.KRANK: (
            "krank krankgeschrieben krankgemeldet krankmeldung krankschreibung arbeitsunfaehig krankenschein krankheit au"
            " krankenhaus"
        ),
        DayType.FEIERTAG: "feiertag feiertags feiertage",
        DayType.FREI: (
            "frei freier freien freigestellt freistellung ruhetag ueberstundenabbau gleittag gleitzeittag zeitausgleich"
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

TYPE_PHRASES: tuple[tuple[str, DayType], ...] = (
    (r"krank (?:geschrieben|gemeldet|zu ?hause|daheim|gewesen|im bett)", DayType.KRANK),
    (r"(?:im|lag im) krankenstand", DayType.KRANK),
    (r"(?:freien|freier|freie[nr]?) tag", DayType.FREI),
    (r"frei (?:bekommen|gehabt|genommen|gekriegt|gemacht|gestellt|gegeben|wegen)", DayType.FREI),
    (r"gesetzlicher feiertag", DayType.FEIERTAG),
    (r"(?:online|block|distanz)[ -]?unterricht", DayType.SCHULE),
)
KEPT_PHRASES: tuple[tuple[str, DayType], ...] = (
    (r"ueberstunden (?:abgebaut|abgefeiert|abgebummelt|abbauen|genommen)", DayType.FREI),
)
"""Phrases for a type that stay as the reason."""

KEPT_TYPES = frozenset(
    {"ueberstundenabbau", "gleittag", "gleitzeittag", "zeitausgleich", "freizeitausgleich"}
)
"""Type words that stay as the reason."""

COURSES = frozenset(
    {"seminar", "schulung", "lehrgang", "kurs", "workshop", "fortbildung", "webinar"}
)
"""They stay in an activity when its name stands before them (`Baufi Seminar`)."""

DOCTORS = _words(
    """
    arzt aerztin zahnarzt hausarzt frauenarzt hautarzt augenarzt kieferorthopaede orthopaede doktor
    arzttermin zahnarzttermin arztbesuch zahnarztbesuch doktortermin
    """
)
"""A clause of these alone is a reason, not work."""

NEGATIONS = _words(
    """
    kein keine keinen nicht ohne fuer vor nach statt
    """
)
"""Before a type word they take its meaning (`keine Schule`, `für die Schule`)."""

ANDS = frozenset({"und", "u", "sowie", "plus", "un", "und/oder"})
THENS = _words(
    """
    dann danach anschliessend hinterher darauf zuerst erst zunaechst spaeter nachher abschliessend
    ausserdem zwischendurch davor vorher weiters
    """
)
REST_PHRASE = r"(?:den |der )?rest (?:vom|des) tage?s?"
RESTS = frozenset({"rest", "restliche", "restlichen", "sonst", "ansonsten", "restlicher"})
PARTS = _words(
    """
    vormittag vormittags nachmittag nachmittags abends morgens mittags frueh abend nachts
    """
)
HALVES = frozenset({"halben", "halber", "halbtags", "halbtag"})
LINKS = frozenset({"da", "dort", "wo", "weil", "deshalb", "deswegen", "aber", "sondern"})
"""Inside a clause they begin the next one."""
CALLS = _words(
    """
    boah lol haha hahaha puh ey naja egal haja hihi xd rofl oh ach joa tja hm hmm
    """
)
REASONS = _words(
    """
    wegen weil aufgrund da fuer dafuer deshalb deswegen wg
    """
)

FILLERS = _words(
    """
    musste mussten durfte durften sollte sollten konnte konnten warn ham hamma han glaub glaube denke
    liegt lag erstmal folgendes kommt
    ich wir man hab habe haben hatte hatten hat hast bin war waren ist sind wurde wurden gab gabs es
    das dies so also aeh aehm oehm eh hm ja nee nein ok okay hallo hi hey moin servus guten tag halt
    eben mal noch auch nur wieder endlich einfach schon schnell gerade grad heute gestern ne dann
    danach da dort dabei davon davor erst zuerst zunaechst anschliessend spaeter sonst ansonsten
    rest restliche restlichen vom von zum schluss am und u oder mit im in gewesen lol uhr stunden
    std h thema themen bitte ca circa etwa ungefaehr jeweils je insgesamt zusammen gesamt pause
    mittagspause normal ganz wirklich echt eigentlich natuerlich bloss hier waer waere bisschen vor
    allem danke nix nichts aufgeteilt zwar uebrigens mein lieber liebe weil wegen fuer dafuer dass
    aber deshalb deswegen denn ab bis um seit alles arbeit tags tages jeden immer naemlich sowas
    haette vormittag vormittags nachmittag nachmittags abends morgens mittags frueh abend nachts
    dauer datum taetigkeit taetigkeiten eintrag betreff info wars gings ging los angefangen
    stattgefunden drin beim zur bei der die den dem frau herr herrn
    """
)
"""Words that are no activity by themselves and are cut off before and after one."""

INSIDE = frozenset(["aeh", "aehm", "oehm", "ich"])
"""Words that are taken out from the middle of an activity as well."""

KEPT_AT_BEGIN = _words(
    """
    am an im in mit bei beim von vom zum zur der die den dem das ne fuer bis um vor mein noch alles
    ab ganz nur
    """
)
"""Fillers that belong to the activity when a word that is none follows."""

MOODS = _words(
    """
    zusammenfassung aufgaben berichtsheft gegammelt gechillt
    gearbeitet durchgearbeitet gemacht lief online eintragen kurze beschreibung bericht tagesbericht
    geil cool super toll langweilig oede anstrengend stressig stress nervig nervt muede fertig
    kaputt hart heftig chillig entspannt viel wenig spass gut schlecht okay ging ganzschoen echt
    krass interessant schoen bock keinen kein gehabt bestanden hammer mega sehr zu total voll kp
    keine ahnung normal besonderes kommt noch folgt dabei alles los termin druck schwer leicht
    einfach tag feierabend jetzt kopf fieber grippe erkaeltet au attest nachgereicht reiche
    """
)
"""A clause of these and fillers alone is a remark."""

SHIFTS = _words(
    """
    homeoffice spaetdienst fruehdienst nachtdienst tagdienst fruehschicht spaetschicht nachtschicht
    mittelschicht tagschicht wochenenddienst home-office spaetschichtdienst
    """
)
"""When or where one worked; an activity only when nothing else is told."""

PLACES = (
    "betrieb|firma|buero|station(?: \\w+)?|abteilung \\w+|handwerkskammer|hwk|ihk|innung|filiale(?: \\w+)?|backstube|backstubn"
    "|lehrwerkstatt|bildungszentrum|berufsschule|schule|klasse|ausbildungszentrum|akademie|bs|laden"
)
REQUEST = r"(?:trag|schreib|notier)e?(?= (?:mal |bitte |mir |doch )*(?:fuer|heute|gestern|am) )"
"""Only asks to write down what follows."""
PHRASES: tuple[str, ...] = (
    r"wie (?:immer|gesagt|gestern|ueblich|sonst)",
    r"(?:ganz )?normal(?:er)? (?:tag|laden|arbeit)",
    r"ganz normal(?: laden)?",
    r"(?:nix|nichts) (?:besonderes|los|weiter|spannendes)",
    r"die ganze zeit|den ganzen tag|ganzen tag|(?:einen |nen )?halbe[rn] tag",
    r"zum schluss|am schluss|am ende|am anfang|zum abschluss|zu beginn",
    r"ohne (?:mittags)?pause|nach der (?:mittags)?pause|vor der (?:mittags)?pause",
    r"(?:und so weiter|und so(?= *(?:$|[,.;!?\n]))|usw\.?|etc\.?|oder so|und co)(?!\w)",
    r"kein(?:en)? bock(?: gehabt)?",
    r"unter anderem|u\.a\.",
    r"(?:mit )?(?:frau|herrn?) \w+",
    r"\w+s halt",
    r"aufgeteilt in",
    r"(?:keine?n? )(?:schule|berufsschule|bs|unterricht|urlaub)",
    r"(?:schule|berufsschule|bs|unterricht) (?:ist |war )?(?:fiel aus|ausgefallen|entfallen|entfiel)",
    REQUEST,
    r"ein(?= ?:| ?$)",
    r"(?:ist |war )?mein erster tag",
    r"zum thema|das thema war|thema war",
    r"bis mittag|bis feierabend|bis (?:zum )?abend",
    r"(?:hatte[n]? wir|haben wir)",
    r"(?:war|waren) \d+ \w+ da",
)
"""Phrases that say nothing about what was done."""

UNSURE = (
    r"irgendwann|irgendwie mal|an (?:einem|irgendeinem) tag|an irgend ?(?:einem|nem) tag|neulich|letztens|vor kurzem"
    r"|irgendein(?:en|em)? tag|an manchen tagen|mal \w+ mal(?= )|mal so mal so"
)
"""They say that the day is not known."""
FORGOTTEN = (
    r"weiss (?:ich )?(?:grad )?(?:nicht|nich|net|ned|nimmer|nima)(?: mehr)?(?: genau)? (?:wann|welche\w*(?: tag)?|ob)"
    r"|(?:keine ahnung|kp|k\.?a\.?) (?:wann|welche\w*)|welche\w* tag (?:weiss|das war)|(?:oder war(?:s| es| das))"
)

PLANS = _words(
    """
    hab habe haben bekomm bekomme nehm nehme will werde geplant bitte beantragt genehmigt
    """
)
PASTS = _words(
    """
    hatte hatten war waren gehabt genommen gewesen bekommen gehabt. lag
    """
)
AGAIN = _words(
    """
    auch genauso dasselbe gleiche gleiches ebenfalls nochmal ebenso dito
    """
)
SAME_TIME = r"(?:(?:die |zur )?(?:selbe|gleiche|selben|gleichen)n? zeit(?:en)?|gleich lang|genauso lang(?:e)?)"

QUESTION_WORDS = _words(
    """
    wie was wann wieso warum weshalb wer wo woher wohin welche welcher welches welchen wieviel
    wieviele wozu womit
    """
)
ASKING_VERBS = _words(
    """
    kann darf muss soll sollte koennte koennen duerfen muessen sollen kannst darfst musst sollst
    koenntest zaehlt zaehlen gibt gibts weisst weiss geht brauch brauche braucht reicht gilt gelten
    hilfst ist sind wird werden stimmt bekomme bekomm krieg kriege zahlt wuerdest hast schreib
    schreibe schreiben
    """
)
"""A sentence that begins with one of them and tells no past asks."""
COMMANDS = _words(
    """
    loesch loesche zeig zeige schick schicke trag trage mach aender aendere erklaer erklaere hilf
    exportier exportiere druck drucke sag speicher speichere korrigier korrigiere entfern entferne
    vergiss starte stopp erinner erinnere oeffne gib nenn nenne lies uebernimm reich reiche stell
    pack fuell bitte
    """
)
TAILS = (
    r"was nun|was jetzt|stimmt das|was (?:muss|soll|kann|darf|mach\w*) ich|wie (?:muss|soll|kann|geht|mach\w*|trag\w*) |oder nicht"
    r"|was heisst das|muss ich (?:das|da|jetzt|dann|was)|kann ich (?:da|das|jetzt|dann|trotzdem)|soll ich (?:da|das|jetzt|dann|was|trotzdem)"
    r"|darf (?:ich|der|die|mein|das)|weisst du|kannst du|wie viele?|ist das (?:ok|erlaubt|normal)|bekomme ich|krieg(?:e)? ich"
)
"""Inside a sentence they make it a question."""
WISHES = r"(?:ich )?(?:will|moechte|wuerde|haette) (?:gern|gerne|mal|nur|wissen|den|das|die|kuendigen|nicht|eine?n?)|schreib ich (?:spaeter|morgen|nachher)"
HABITS = r"ich arbeite(?!t)|ich muss(?!\\w)|(?:stunden|std|h) (?:die|in der|pro|jede|jeder) woche|arbeitsvertrag|laut vertrag"
"""They tell how it is, not what was done."""
LESSONS = ("unterrichtsst", "schulst", "ustd")
OTHERS = _words(
    """
    chef chefin ausbilder ausbilderin kollege kollegin kollegen meister meisterin lehrer lehrerin
    freundin freund mutter vater mama papa berufsschullehrer geselle
    """
)
COMPLAINTS = (
    r"angeschrien|angeschnauzt|beleidigt|gemobbt|mobbing|ungerecht|unfair|ausgenutzt|hasse|nervt|kuendigen|schnauze voll"
    r"|unterschr(?:ieben|eibt)|keinen? lust|kein(?:en)? bock mehr|mag nicht mehr|kann nicht mehr|scheiss"
)

PREPOSITIONS = _words(
    """
    in im bei beim auf an am aus zur zum mit fuer
    """
)
ARTICLES = frozenset({"der", "die", "das", "den", "dem", "ein", "eine", "einen"})
AUXILIARIES = frozenset({"bekommen", "worden", "werden", "lassen", "haben", "und", "oder"})
NEVER_FIRST = frozenset({"ganz", "nur", "noch", "alles"})
SUBJECTS = _words(
    """
    mathe mathematik deutsch englisch reli religion ethik sport wiso politik sozialkunde
    gemeinschaftskunde wirtschaft bwl rechnungswesen informatik physik chemie biologie fachkunde
    fachrechnen technologie rewe gestaltung franzoesisch wirtschaftskunde fachtheorie fachpraxis
    datenverarbeitung
    """
)
"""School subjects; two beside each other are two activities."""
SUBJECTS_OF_VERBS = _words(
    """
    ich wir hab habe haben war waren hatte hatten da dann bin
    """
)
"""Behind `und` they begin another sentence."""

NO_PARTICIPLES = _words(
    """
    gegen gesamt gebiet gericht geschaeft gewicht besten besonders unterlagen berichten unterricht
    bericht berichtsheft gestern gruenden groessen geraeten belegen ergebnissen
    """
)
"""They look like participles."""
REQUESTS = frozenset({"trag", "trage", "schreib", "schreibe", "notier", "notiere"})
ADDRESSES = _words(
    """
    also aeh aehm ja und hey hallo hi hae ey bitte eigentlich du sag mal moin bot
    """
)
"""Before a question they are no part of it."""
PRIVATE = _words(
    """
    mich mir vertrag ausbildungsvertrag gehalt lohn geld kuendigung gekuendigt gemobbt verliebt
    abgebrochen beworben
    """
)
"""Without a time, a sentence with one of them is no work."""
OWN = _words(
    """
    mein meine meinen meinem meiner nicht nie nie worden
    """
)
"""The same, when no day is named either."""
SHOWN = frozenset({"gezeigt", "erklaert", "beigebracht", "angeschaut", "angesehen", "vorgestellt"})
"""But they may be how one learnt something."""
