"""Common words of the languages that there are rules for, commonest first: which words of a phrase are rare ones.

Only speed depends on it. Rough ranks, as any frequency list of a language has them; the words that mails and rules
share are moved to where mails have them.
"""

from functools import cache

_FIRST = 0.06
_RARE = 0.0001
_LISTS = (
    """the to and of a in you for is your it that we on with i this be are have as or at not from by will our if can
    an all so but was what has my more they any there their one when out new up do get no which who just about time
    how also me us other may please would no only here been some than use his like its them then now into make see
    were day her over these he she could two first after should work need best thank thanks know next don s t re
    had well way most information back want go people good free email very through where take every email please
    help before much find each while same many both because between such own right still last part read using hello
    does off being using used team data number set week today look following year let find home list order account
    date name full end file test free call send great hi case offer until name check long without
    line change page value open possible available few down high start point different another message place under
    service days support contact questions process site product include including given world add learn better
    review might too again text type return since around second believe shop save office group meeting during
    months years did click price buy store life family got going made something never always things around area
    company business members program event events report project plan sure big able needs try run keep leave
    problem public school course research development experience job position role details based within show often
    several hours small large single result results further current example required provide per against fit match
    view simple feel come code user function method object access""",
    """die der und in den das zu mit sie ist von fur auf ein eine nicht ich es wir im dem des sich bei an auch als
    aus wie oder hat bitte ihre ihr ihnen haben sind werden wird uns noch nach um nur aber am einen zum zur so unsere
    kann mehr uber dass wenn einer einem ihren mal schon vor bis durch was sein hier habe wurde war man alle dann neue
    immer jetzt unser unseren vielen dank konnen sehr heute diese dieser gibt ihrer gut ab seit ohne ja da doch
    mich mir dir du er weiter leider gerne moglich zeit tage jahr mussen soll wurden keine kein stelle team""",
    """de la le et les des en un une du vous pour que dans est a nous votre sur par plus pas avec ce au qui vos ne
    se il sont ou cette notre d l c n s j qu y mais si aux nos je tout bien elle faire fait comme etre merci bonjour
    peut sans ces avez avons ete tous deux son sa ses leur entre aussi meme cela ont ici jour temps encore
    autre autres tres soit dont mon ma moi on leurs toutes cordialement place poste""",
    """de la que el en y a los se del las un por con no una su para es al lo como mas o pero sus le ha me si sin
    sobre este ya entre cuando todo esta ser son dos tambien fue habia era muy anos hasta desde nos te tu usted
    gracias hola nuestro nuestra puede todos tiene hay esto aqui solo vez dia tiempo otro otra mi bien estamos
    hemos ahora donde les""",
)


@cache
def _table() -> dict[str, float]:
    found: dict[str, float] = {}
    for words in _LISTS:
        for rank, word in enumerate(words.split(), 1):
            found[word] = max(found.get(word, 0.0), _FIRST / rank)
    return found


def frequency(word: str) -> float:
    """How many of a hundred words of a text are this folded one, roughly, as a fraction of one."""
    return _table().get(word, _RARE)
