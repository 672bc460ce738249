"""English words whose forms share no stem: irregular verbs and nouns, and usual comparatives.

Forms that are at least as usual in another sense (bore, bound, fed, ground, rose) are left out.
"""

from __future__ import annotations

_VERBS = """
arise arose arisen, awake awoke awoken, beat beaten, become became, begin began begun, bend bent,
bite bitten, bleed bled, blow blew blown, break broke broken, breed bred, bring brought,
build built, burn burnt, buy bought, catch caught, choose chose chosen, cling clung, come came,
creep crept, deal dealt, dig dug, draw drew drawn, dream dreamt, drink drank drunk,
drive drove driven, eat ate eaten, fall fell fallen, feel felt, fight fought, find found,
flee fled, fly flew flown, forbid forbade forbidden, foresee foresaw foreseen,
forget forgot forgotten, forgive forgave forgiven, freeze froze frozen, get got gotten,
give gave given, go went gone, grow grew grown, hang hung, hear heard, hide hid hidden,
hold held, keep kept, kneel knelt, know knew known, lay laid, lead led, leap leapt, learn learnt,
leave left, lend lent, lie lain, light lit, lose lost, make made, mean meant, meet met,
mislead misled, mistake mistook mistaken, oversee oversaw overseen, overcome overcame,
overthrow overthrew overthrown, pay paid, plead pled, prove proven, rebuild rebuilt, repay repaid,
ride rode ridden, ring rang rung, rise risen, run ran, say said, see saw seen, seek sought,
sell sold, send sent, shake shook shaken, shine shone, shoot shot, show shown,
shrink shrank shrunk, sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid,
speak spoke spoken, spend spent, spin spun, spring sprang sprung, stand stood, steal stole stolen,
stick stuck, strike struck stricken, strive strove striven, swear swore sworn, sweep swept,
swim swam swum, swing swung, take took taken, teach taught, tear tore torn, tell told,
think thought, throw threw thrown, undergo underwent undergone, understand understood,
undertake undertook undertaken, undo undone, uphold upheld, wake woke woken, wear wore worn,
weave wove woven, weep wept, win won, withdraw withdrew withdrawn, withhold withheld,
withstand withstood, write wrote written
"""
_NOUNS = """
man men, woman women, child children, foot feet, tooth teeth, goose geese, mouse mice, wife wives,
knife knives, life lives, wolf wolves, half halves, thief thieves, shelf shelves, crisis crises,
analysis analyses, thesis theses, hypothesis hypotheses, criterion criteria, phenomenon phenomena
"""
_COMPARED = """
bad worse worst, big bigger biggest, busy busier busiest, cheap cheaper cheapest,
close closer closest, cold colder coldest, dark darker darkest, deadly deadlier deadliest,
deep deeper deepest, early earlier earliest, easy easier easiest, far farther farthest,
fast faster fastest, few fewer fewest, great greater greatest, happy happier happiest,
hard harder hardest, heavy heavier heaviest, high higher highest, hot hotter hottest,
large larger largest, long longer longest, low lowest, near nearer nearest,
new newer newest, old older oldest, poor poorer poorest, rich richer richest, safe safer safest,
short shorter shortest, slow slower slowest, small smaller smallest, strong stronger strongest,
tall taller tallest, tough tougher toughest, weak weaker weakest, wide wider widest,
young younger youngest
"""


def _bases() -> dict[str, str]:
    rows = (row.split() for table in (_VERBS, _NOUNS, _COMPARED) for row in table.split(","))
    return {form: base for base, *forms in rows for form in forms}


BASES = _bases()
"""Form -> the word that it is one of."""
