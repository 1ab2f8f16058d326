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
            " schultag schui schul berufsschultag berufskolleg schulblock blockwoche distanzunterricht homeschooling schulunterricht berufsschulunterricht"
            " berufsfachschule pflegeschule"
        ),
        DayType.UNTERWEISUNG: (
            "uelu ueba uelus lehrgang lehrgangs ueberbetriebliche ueberbetrieblicher ueberbetrieblichen ueberbetriebliches"
            " unterweisung schulung seminar workshop fortbildung onlineschulung online-schulung werksunterricht kurs"
            " onlineseminar online-seminar online-fortbildung onlinefortbildung praesenzschulung inhouse-schulung"
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

ANDS = frozenset({"und", "u", "sowie", "plus", "un", "ond", "unn", "und/oder"})
THENS = _words(
    """
    dann danach anschliessend hinterher darauf zuerst erst zunaechst spaeter nachher abschliessend
    ausserdem zwischendurch davor vorher weiters nachad nacha nochert
    """
)
RESTS = frozenset({"rest", "restliche", "restlichen", "sonst", "ansonsten", "restlicher"})
PARTS = _words(
    """
    vormittag vormittags nachmittag nachmittags abends morgens mittags frueh abend nachts
    """
)
LINKS = frozenset({"da", "dort", "wo", "weil", "deshalb", "deswegen", "aber", "sondern"})
"""Inside a clause they begin the next one."""
CALLS = _words(
    """
    boah lol haha hahaha puh ey naja egal haja hihi xd rofl oh ach joa tja hm hmm
    """
)
FILLERS = _words(
    """
    insg ges gsamt gesamtzeit arbeitszeit arbeitszeiten arbeitstag dienst dauerte gedauert begann endete
    isch gwae gwen gwesn gwesen gwest hob hom san i mia ned net muste meine ausser
    sondern moechte wollte wuerde gern gerne eintragen inkl inklusive
    ganztaegig ganztags
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
    stattgefunden eingesetzt taetig drin beim zur bei der die den dem frau herr herrn
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
    gekommen gegangen
    verschlafen ausgeschlafen geschlafen
    schoen schoener schoenes schlechter langer kurzer erster letzter ganzer gwesen
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
    erstelle erstell generier generiere berechne such suche finde
    loesch loesche zeig zeige schick schicke trag trage mach aender aendere erklaer erklaere hilf
    exportier exportiere druck drucke sag speicher speichere korrigier korrigiere entfern entferne
    vergiss starte stopp erinner erinnere oeffne gib nenn nenne lies uebernimm reich reiche stell
    pack fuell bitte
    """
)
LESSONS = ("unterrichtsst", "schulst", "ustd")
OTHERS = _words(
    """
    chef chefin ausbilder ausbilderin kollege kollegin kollegen meister meisterin lehrer lehrerin
    freundin freund mutter vater mama papa berufsschullehrer geselle
    """
)
BEING = _words(
    """
    war waren bin sind gewesen gwen gwesen gwesn gwae eingesetzt taetig
    """
)
"""With them one tells where one was."""
HOME = _words(
    """
    zuhause daheim dahoam zuhaus
    """
)
"""Who was there and tells nothing else may have been sick, off, or at work."""
CANCELLED = _words(
    """
    ausgefallen entfallen entfiel ausfall
    """
)
FALLS = frozenset({"faellt", "fiel", "fallen", "fielen"})
"""With `aus` something does not take place."""
COURSES_AWAY = _words(
    """
    uelu ueba uelus lehrgang lehrgangs ueberbetriebliche ueberbetrieblicher ueberbetrieblichen
    ueberbetriebliches lehrgangswoche kurs
    """
)
"""Courses at a place of their own, where one stays; after the others one goes back to work."""
PAIRS = frozenset(
    {
        ("obst", "gemuese"), ("hol", "bringdienst"), ("hol-", "bringdienst"), ("kaffee", "kuchen"),
        ("wurst", "kaese"), ("garten", "landschaftsbau"), ("bed", "breakfast"),
    }
)  # fmt: skip
"""Two words that `und` makes one thing."""
FLOORS = r"(?:og|ug|dg|stock|stockwerk|etage|lehrjahr|ausbildungsjahr|halbjahr|obergeschoss|untergeschoss|klasse|schicht)"
"""A number with a full stop before them does not end a sentence."""
PREPOSITIONS = _words(
    """
    in im bei beim auf aufm an am aus zur zum mit fuer
    """
)
ARTICLES = frozenset({"der", "die", "das", "den", "dem", "ein", "eine", "einen"})
AUXILIARIES = frozenset({"bekommen", "worden", "werden", "lassen", "haben", "und", "oder"})
NEVER_FIRST = frozenset({"mir", "ganz", "nur", "noch", "alles"})
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
    bericht berichtsheft gesellen gesellin geraete geraeten getraenken gebaeuden gewinden gelaendern
    gelenken gehaeusen generatoren gemeinden gespraechen geschenken geruesten gerichten geschaeften
    beispielen bereichen besuchen bewohnten erdbeeren ersten ueberstunden vertraegen verbaenden
    gestern gruenden groessen geraeten belegen ergebnissen
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
