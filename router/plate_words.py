"""Words and units of one to three letters that stand between numbers, and so look like a plate's letters.

Folded. `12 ay 150 lira`, `20 ve 300`, `5 kg 200`, `19 May 23`.
"""

_WORDS = """
ve ile ila ya ay yil gun bin yas kez kat kis tur ton il ada oda den dan ten tan de da te ta e a ye yi yu
nci ncu cu ci lu li luk lik lar ler mi mu bu su o ki her hem bir iki uc bes on yuz alt ust sol sag ev is
el en az cok var yok tek tam son ilk ne ben sen biz siz tir bas ver al git gel don ara yer can hiz kap
sac dal kol gol bar has un et at ot tas cam top gar sel cop yol iz or and to the in of pm am vs vb ral
"""
_PLACES = "sok sk cad cd mah mh blk apt dai no nu nr nol hat ilc"
_DATES = """
oca sub mar nis may haz tem agu eyl eki kas jan feb apr jun jul aug sep oct nov dec pzt sal car per cum
cmt paz
"""
_UNITS = """
tl kr kv kva usd eur try kg gr g mg t lt l ml cl cm mm km m mt kw kwh mw mva va v hz hp cc gb mb tb kb bps db
dk sn sa ss s h k b pk pkt rpm met c f
"""
PLATE_LIKE = frozenset(" ".join((_WORDS, _PLACES, _DATES, _UNITS)).split())
_VEHICLES = (
    r"plaka \barac \baraba taksi dolmus minibus kamyon otomobil motosiklet servis \btir\b sofor surucu"
)
SPEAKS_OF_A_VEHICLE = "|".join(_VEHICLES.split())
SPEAKS_OF_A_LINE = r"\b(?:hat|otobus|metrobus|sefer|durak|durag)"
METROBUS_LETTERS = frozenset(("a", "as", "bz", "c", "g", "u", "z"))
"""Of the lines 34A, 34AS, 34BZ ..., behind which stops and times are written."""
DOOR = r"\b(?:no|numara|blok|kat|daire|d|sokak|sk|cadde|cad|km|kapi|ada|parsel)[\s:.]*$"
