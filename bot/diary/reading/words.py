"""The words that reading knows, folded (lower case, ä as ae). Data only."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


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
    vormittag vormittags nachmittag nachmittags abends morgens mittags frueh abend nachts vormiddag vormiddags vormittog nachmiddag nachmiddags nachmittog
    """
)
LINKS = frozenset({"da", "dort", "wo", "weil", "deshalb", "deswegen", "also", "aber", "sondern"})
"""Inside a clause they begin the next one."""
CALLS = _words(
    """
    boah bruder bro digga diggah diggi yallah yalla wallah vallah moment lol haha hahaha puh ey naja egal haja hihi xd rofl oh ach joa tja hm hmm
    """
)
_FRAME = _words(
    """
    angefangen arbeit arbeitstag arbeitszeit arbeitszeiten aufgeteilt begann betreff ca circa
    datum dauer dauerte dienst eintrag eintragen endete etwa folgende folgendes ganztaegig
    ganztags gedauert ges gesamt gesamtzeit gsamt h heim info inkl inklusive insg insgesamt je
    jeweils mittagspause pause rest restliche restlichen schluss stattgefunden std stunden
    taetigkeit taetigkeiten thema themen uhr ungefaehr woche zusammen
    """
)
"""They say how long, or what kind of thing is being written."""
_PARTS_OF_DAYS = _words(
    """
    abend abends frueh gestern heute mittags morgens nachmittag nachmittags nacht nachts tag
    tages tags vormittag vormittags
    """
)
_DIALECT = _words(
    """
    dr fei ghabt ghet ghed ghett han hamse hemmer hommer mor no nu gscheid gscheit gwae gwen gwesen gwesn gwest ham hamma hams han hats hob hobi
    hom i is isch jo jup ma mia moin muste na ne ned net san sers servus warn yo
    """
)
"""Small words as Bavarians, Swabians and people of the north write them, and as some slip."""
_SMALL = _words(
    """
    ab aber aeh aehm allem alles also am anschliessend ansonsten auch ausnahmsweise ausser bei beim bin bis
    bisschen bitte bloss da dabei dafuer danach danke dazwischen diesmal dann das dass davon davor dem den denke
    denn der deshalb deswegen die dies dort drin durfte durften eben echt eh eigentlich
    einfach endlich erst erstmal es fuer gab gabs ganz gar gerade gern gerne gewesen ging
    gings glaub glaube grad guten hab habe haben haette hallo halt hast hat hatte hatten
    hey heyy hi hier hm ich im immer in ist ja jeden kommt konnte konnten lag liebe lieber
    liegt lol los mal man mein meine mit moechte musste mussten naemlich natuerlich nee nein
    nichts nix noch normal nur oder oehm ok okay schnell schon seit sind so sollte sollten
    sondern sonst sowas spaeter u uebrigens um und vom von vor waer waere war war'n waren wars war's wegen
    weil wieder wir wirklich wollte wuerde wurde wurden worden zuerst zum zunaechst zur zwar
    """
)
FILLERS = _FRAME | _PARTS_OF_DAYS | _DIALECT | _SMALL
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
    ahnung alles anstrengend arbeiten attest au aufgaben aufgestanden ausgefuehrt
    ausgeschlafen bericht berichtsheft beschreibung besonderes bestanden bock chillig cool
    dabei druck durchgearbeitet durchgefuehrt echt einfach eintragen entspannt erkaeltet
    erledigt erster feierabend fertig fieber folgt frueher ganzer ganzschoen garbeit gschafft
    gearbeitet geblieben gechillt gegammelt gegangen gehabt geil gekommen gemacht geregnet geschlafen
    geschneit ging grippe gut gwesen hammer hart heftig interessant jetzt kaputt kein keine
    keinen kommt kopf kp krass kurze kurzer langer langweilig witzig lustig leicht mistwetter sauwetter scheisswetter schietwetter letzter lief los mega
    muede nachgereicht nachtrag nervig nervt noch normal oede okay online reiche schlecht
    schlechter schoen schoener schoenes schwer sehr spaet spass stress stressig super tag tot trocken regen schnee hitze glatteis sturm kalt heiss nass wetter nice mies zaeh easy spannend kurz
    tagesbericht termin toll total unterwegs vergessen wa verschlafen viel voll wenig zu
    zusammenfassung
    """
)
"""A clause of these and fillers alone is a remark."""

SHIFTS = _words(
    """
    homeoffice remote teildienst splitdienst spaetdienst fruehdienst nachtdienst tagdienst fruehschicht spaetschicht nachtschicht
    mittelschicht tagschicht wochenenddienst home-office spaetschichtdienst
    """
)
"""When or where one worked; an activity only when nothing else is told."""

PLANS = _words(
    """
    hab habe haben bekomm bekomme nehm nehme will werde geplant bitte beantragt genehmigt
    """
)
NOW = frozenset({"bin", "geh", "gehe", "muss", "fahr", "fahre"})
"""With `ab` before a weekday they tell of what is still to come."""
PASTS = _words(
    """
    hatte hatten war waren gehabt genommen gewesen bekommen lag freigehabt freigenommen freibekommen
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
    koenntest funktioniert klappt zaehlt zaehlen gibt gibts weisst weiss geht brauch brauche braucht reicht gilt gelten
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
OTHERS = _words(
    """
    chef chefin ausbilder ausbilderin kollege kollegin kollegen meister meisterin lehrer lehrerin
    souschef kuechenchef vorarbeiter freundin freund mutter vater mama papa berufsschullehrer geselle
    """
)
TITLES = frozenset({"frau", "herr", "herrn", "fr", "hr"})
SELVES = frozenset({"ich", "wir"})
PAUSES = frozenset({"pause", "mittagspause", "fruehstueckspause", "mittag"})
"""Before a stretch they say that it is one."""
SELF = frozenset({"ich", "mich", "mir", "wir", "mit"})
ABOUT = frozenset({"zu", "ueber"})
"""Behind a course they begin its topic."""
BEING = _words(
    """
    war waren bin sind gewesen gwen gwesen gwesn gwae eingesetzt taetig
    """
)
"""With them one tells where one was."""
HAVING = frozenset({"hab", "habe", "haben", "hob"})
EXCEPT = frozenset({"ausser", "nur", "bis auf"})
"""Before a day they take it out of the days before."""
HOME = _words(
    """
    zuhause daheim dahoam zuhaus hause
    """
)
"""Who was there and tells nothing else may have been sick, off, or at work."""
STAYING = frozenset({"geblieben", "gewesen"})
CANCELLED = _words(
    """
    ausgefallen entfallen entfiel ausfall
    """
)
FALLS = frozenset({"faellt", "fiel", "fallen", "fielen"})
"""With `aus` something does not take place."""
PAIRS = frozenset(
    {
        ("obst", "gemuese"), ("hol", "bringdienst"), ("hol-", "bringdienst"), ("kaffee", "kuchen"),
        ("wurst", "kaese"), ("garten", "landschaftsbau"), ("bed", "breakfast"),
    }
)  # fmt: skip
"""Two words that `und` makes one thing."""
NUMBERED = _words(
    """
    band din ebene etage fach gruppe halle kapitel kasse klasse kw lehrjahr lernfeld lf linie
    maschine modul nr patchfeld platz presse raum seite station stufe teil tor tour typ
    version wb wohnbereich zimmer
    """
)
"""Behind them a number is a name."""
ABBREVIATED = _words(
    """
    u s z nr ca tel str bzw fam dr hr evtl max min mind div versch allg inkl exkl zzgl
    """
)
"""Their full stop ends no sentence."""
PREPOSITIONS = _words(
    """
    in im bei beim auf aufm an am aus zur zum mit fuer
    """
)
WITH = frozenset({"mit"})
"""It begins with whom something was done."""
WHERE = frozenset({"in", "im", "auf", "aufm", "bei", "beim"})
"""They begin where one was; `an der Theke` is what one did there."""
THE = frozenset({"der", "die", "das", "den"})
ARTICLES = frozenset({"der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer"})
NOT = frozenset({"nicht", "nich", "net", "ned", "nit", "nie"})
"""With them and without a participle one tells what was not done."""
AUXILIARIES = frozenset({"bekommen", "worden", "werden", "lassen", "haben", "und", "oder"})
LEARNT = frozenset(
    {"gelernt", "gemacht", "gehabt", "durchgenommen", "behandelt", "besprochen", "bearbeitet"}
)
"""Before subjects they are the verb of somebody who learns German."""
NEVER_FIRST = frozenset({"mir", "ganz", "nur", "noch", "alles"})
SUBJECTS_OF_VERBS = _words(
    """
    ich wir hab habe haben hob war waren hatte hatten da dann bin
    """
)
"""Behind `und` they begin another sentence."""

STRONG_ENDINGS = (
    "sprungen", "gesungen", "gelungen", "drungen", "zwungen", "schwungen", "schlungen",
)  # fmt: skip
"""Of participles (`geschlungen`), though they look like those of nouns."""
NOUN_ENDINGS = ("ungen", "heiten", "keiten", "schaften", "ionen", "heit", "keit", "schaft", "amt")
NO_PARTICIPLES = _words(
    """
    beispielen belegen bereichen bericht berichten berichtsheft besonders besten besuchen
    bewohnten erdbeeren ergebnissen ersten gebaeuden gebiet gegen gehaeusen gelaendern
    gelenken gemeinden generatoren geraete geraeten gericht gerichten geruesten gesamt
    geschaeft geschaeften geschenken gesellen gesellin gespraechen gestern getraenken gewicht
    gewinden glatt groessen gruenden ueberstunden unterlagen unterricht verbaenden vertraegen
    """
)
"""They look like participles."""
REQUESTS = frozenset(
    {"trag", "trage", "schreib", "schreibe", "notier", "notiere", "kannst", "koenntest"}
)
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
    mein meine meinem meinen meiner nicht nie worden
    """
)
"""The same, when no day is named either."""
SHOWN = frozenset({"gezeigt", "erklaert", "beigebracht", "angeschaut", "angesehen", "vorgestellt"})
"""But they may be how one learnt something."""
