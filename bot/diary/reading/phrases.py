"""The phrases that reading knows, as patterns for folded text. Data only."""

REST_PHRASE = r"(?:den |der )?rest (?:vom|des) tage?s?"
HALF_DAY = r"(?:einen |nen )?halbe[rn] tag"
PLACES = (
    r"betrieb|firma|\w*buero|station(?: \w+)?|abteilung \w+|\w*abteilung|filiale(?: \w+)?|laden|\w*markt"
    r"|backstube|backstubn|sekretariat|\w*buchhaltung|praxis|kanzlei|handwerkskammer|\w*handwerkerschaft|hwk|ihk|innung"
    r"|lehrwerkstatt|\w*bildungszentrum|berufsschule|schule|bs|klasse|akademie|rathaus|amt|buergeramt|standesamt|finanzamt"
)
"""Where one works or learns; it is no part of what was done."""
REQUEST = r"(?:trag|schreib|notier)e?(?: (?:mal|bitte|mir|doch|ein))*(?= (?:fuer|heute|gestern|vorgestern|am|montag|dienstag|mittwoch|donnerstag|freitag)(?!\w))"
"""Only asks to write down what follows."""
GREETING = r"gut(?:en|e) (?:morgen|abend|tag)"
CLOSING = (
    r"(?:(?:viele|liebe|schoene|beste|freundliche|mit freundlichen) gruessen?|lg|mfg|vg|gruss|gruesse)"
    r"(?:\W+(?:von )?\w+)?\W*$"
)
"""How a message ends that is written like a letter."""
FIRST_DAY = (
    r"(?:ist |war )?(?:mein |der )?(?:erste|letzte)r? (?:arbeits)?tag"
    r"(?: (?:vorm|vor|nach)(?: dem| meinem| der)? (?:\w*urlaub|ferien|feiertagen?|wochenende|weihnachten|krankheit))?"
)
ENTER = r"(?:eintragen|notieren|aufschreiben|reinschreiben)"
POLITE_REQUEST = rf"(?:kannst|koenntest) du(?: (?:mal|bitte|mir))*(?! .*(?:helf|erklaer|sagen|zeigen))(?= .*{ENTER})"
"""The same, as a question."""
PHRASES: tuple[str, ...] = (
    POLITE_REQUEST,
    r"was (?:haben wir|hab ich|habe ich|hamma) (?:heute |so |alles )*gemacht",
    r"wie (?:immer|gesagt|gestern|ueblich|sonst)",
    r"(?:ganz )?normal(?:er)? (?:tag|laden|arbeit)",
    r"(?:tages)?bericht (?:fuer|vom|von)",
    r"ganz normal(?: laden)?",
    r"(?:nix|nichts) (?:besonderes|los|weiter|spannendes)",
    r"die ganze zeit|(?:den |der |an )?ganze[rn]? tag",
    r"zum schluss|am schluss|am ende|am anfang|zum abschluss|zu beginn",
    r"ohne (?:mittags)?pause|nach der (?:mittags)?pause|vor der (?:mittags)?pause",
    r"(?:und so weiter|und so(?= *(?:$|[,.;!?\n]))|usw\.?|etc\.?|oder so|und co)(?!\w)",
    r"kein(?:en)? bock(?: mehr)?(?: gehabt)?",
    r"unter anderem|u\.a\.",
    r"(?:ich )?schwoere?(?: nie wieder)?|nie wieder|(?:kein|ohne) witz|ungelogen|full day|geteilter dienst",
    r"(?:(?:jetzt|grad|gerade) )?auf(?:m| dem) (?:heimweg|nachhauseweg|weg nach hause)",
    r"(?:bin |sitz |sitze )(?:(?:grad|grade|gerade|jetzt|eben|schon) )*(?:im (?:bus|zug|auto)|in der (?:bahn|s-bahn)|aus (?:der|dem|m) \w+ raus)",
    r"(?:scheiss|mist|sau|schietiges|schlechtes) wetter",
    r"am stueck|wollte (?:(?:nur|mal|dir|euch) )*sagen(?: dass)?",
    r"wieder (?:back|da|zurueck)(?= *(?:$|[:,.;!\n]))",
    r"(?:korrekte|richtige|korrigierte) angaben?(?= ?(?:fuer|vom|zu|:))",
    r"(?:faecher|unterrichtsfaecher|lerninhalte?|inhalte?|lernstoff)(?= ?:)",
    r"(?:hat|haben) (?:uns|mich) (?:der|die|unser\w*|mein\w*) \w+(?=[^.;!?\n]{0,80} (?:unterwiesen|geschult)(?!\w))",
    r"(?:(?<=unterricht )|(?<=schule )|(?<=lehrgang )|(?<=schulung ))(?:mit|bei) (?:frau|herrn?) \w+",
    r"\w+s halt",
    r"aufgeteilt in",
    r"(?:keine?n? )(?:schule|berufsschule|bs|unterricht|urlaub)",
    REQUEST,
    r"ein(?= ?:| ?$)",
    GREETING,
    r"bis auf",
    r"am start",
    r"nach hause(?: gegangen| geschickt)?",
    r"(?:den |der )?(?:ganze|gesamte)[nr]?(?= (?:vormittag|nachmittag|abend|morgen)(?!\w))",
    r"zum ersten mal|das erste mal|zum letzten mal",
    r"(?:nen? |a |ein )?(?:bisschen|bueschn|bissl|bissle|bisserl|bissken)",
    r"(?:so |echt )?ein (?:\w+er )?(?:arbeits)?tag",
    CLOSING,
    FIRST_DAY,
    r"zum thema|das thema war|thema war",
    r"nicht in der (?:schule|berufsschule|bs)",
    r"bis mittag|bis feierabend|bis (?:zum )?abend",
    r"(?:hatte[n]? wir|haben wir)",
    r"(?:war|waren) \d+ \w+ da",
)
"""Phrases that say nothing about what was done."""

COUNTED_DAYS = (
    r"(?:einen|ein paar|paar|[2-5]|zwei|drei|vier|fuenf) tage?(?: lang)?"
    r"(?= (?:krank|urlaub|frei|schule|bs|uelu|hatte|war|im|in)(?!\w))"
)
"""They tell how many days, and not which."""
UNSURE = (
    r"(?:letzten|vorigen|diesen) monat|letztes jahr|im (?:sommer|winter)|in den ferien|irgendwann|irgendwie mal|an (?:einem|irgendeinem) tag|an irgend ?(?:einem|nem) tag|neulich|letztens|vor kurzem"
    r"|irgendein(?:en|em)? tag|an manchen tagen|mal \w+ mal(?= )|mal so mal so"
)
"""They say that the day is not known."""
FORGOTTEN = (
    r"weiss (?:ich )?(?:grad )?(?:nicht|nich|net|ned|nimmer|nima)(?: mehr)?(?: genau)? (?:wann|welche\w*(?: tag)?|ob)"
    r"|(?:keine ahnung|kp|k\.?a\.?) (?:wann|welche\w*)|welche\w* tag (?:weiss|das war)|(?:oder war(?:s| es| das))"
)

SAME_TIME = r"(?:(?:die |zur )?(?:selbe|gleiche|selben|gleichen)n? zeit(?:en)?|gleich lang|genauso lang(?:e)?)"

TAILS = (
    r"was nun|was jetzt|stimmt das|was (?:muss|soll|kann|darf|mach\w*) ich|wie (?:muss|soll|kann|geht|mach\w*|trag\w*) |oder nicht"
    r"|was heisst das|muss ich (?:das|da|jetzt|dann|was)|kann ich (?:da|das|jetzt|dann|trotzdem)|soll ich (?:da|das|jetzt|dann|was|trotzdem)"
    r"|darf (?:ich|der|die|mein|das)|weisst du|(?:kannst|koenntest) du(?: (?:mir|mal))* (?:helf|erklaer|sagen|zeigen)|wie viele?|ist das (?:ok|erlaubt|normal)|bekomme ich|krieg(?:e)? ich"
)
"""Inside a sentence they make it a question."""
WISHES = r"(?:ich )?(?:will|moechte|wuerde|haette) (?:gern|gerne|mal|nur|wissen|den|das|die|kuendigen|nicht|eine?n?)|schreib ich (?:spaeter|morgen|nachher)"
HABITS = r"weiss (?:ich )?(?:nicht|nimmer|nich|net)(?: mehr)? was|vergessen was|wollte (?:ich )?(?:\w+ ){0,3}was eintragen|hab(?:e)? ich (?:\w+ ){0,2}schon (?:was|etwas|alles)|ich arbeite(?!t| heute| gestern)|ich muss(?!\\w)|(?:stunden|std|h) (?:die|in der|pro|jede|jeder) woche|arbeitsvertrag|laut vertrag"
"""They tell how it is, not what was done."""
COMPLAINTS = (
    r"angeschrien|angeschnauzt|beleidigt|gemobbt|mobbing|ungerecht|unfair|ausgenutzt|hasse|nervt|kuendigen|gestritten|(?:hab|habe|hatte) (?:heute |gestern )?geburtstag|gemein zu|(?:stress|streit|aerger|zoff|krach|beef|stunk)(?: gehabt)? mit|schnauze voll"
    r"|unterschr(?:ieben|eibt)|keinen? lust|kein(?:en)? bock mehr|mag nicht mehr|kann nicht mehr|scheiss"
)
REMARKS = (
    r"(?:.* )?(?:was|viel|nix|nichts|wenig|einiges|ordentlich|die hoelle) los(?: .*)?"
    r"|(?:.* )?(?:wars|war's|war es|isses|is es|ist es) (?!im |in |bei |auf |am |an ).*"
    r"|(?:.* )?war(?:en)? (?:der|die|das|unser\w*) \w+ \w+"
    r"|(?:.* )?(?:der|die|das|unser\w*) \w+ war(?:en)? (?:\w+ )?\w+"
)
"""Without a verb for it they tell how it was, not what was done."""
FLOORS = r"og|ug|dg|stock|stockwerk|etage|obergeschoss|untergeschoss|lehrjahr|ausbildungsjahr|halbjahr|klasse|schicht"
"""A number with a full stop before them does not end a sentence."""
