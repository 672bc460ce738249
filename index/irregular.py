"""English words whose forms share no stem: irregular verbs and nouns, comparatives, spellings.

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
_ISE = """
agonise, apologise, authorise, capitalise, categorise, centralise, characterise, civilise,
criticise, decentralise, demilitarise, demobilise, destabilise, economise, emphasise, equalise,
familiarise, finalise, formalise, globalise, harmonise, hospitalise, industrialise, initialise,
institutionalise, internationalise, jeopardise, legalise, legitimise, liberalise, localise,
marginalise, materialise, maximise, memorise, militarise, minimise, mobilise, modernise,
monopolise, nationalise, neutralise, normalise, optimise, organise, patronise, penalise, polarise,
prioritise, privatise, publicise, radicalise, rationalise, realise, recognise, reorganise,
revitalise, revolutionise, sanitise, scrutinise, specialise, stabilise, standardise, subsidise,
summarise, symbolise, sympathise, terrorise, urbanise, utilise, vandalise, victimise, visualise,
weaponise
"""
_SPELLINGS = """
analyse analyze, armour armor, behaviour behavior, catalogue catalog, centimetre centimeter,
centre center, cheque check, colour color, defence defense, dialogue dialog, endeavour endeavor,
favour favor, favourite favorite, fibre fiber, fulfil fulfill, grey gray, harbour harbor,
honour honor, humour humor, kilometre kilometer, labour labor, licence license, litre liter,
manoeuvre maneuver, metre meter, millimetre millimeter, mould mold, neighbour neighbor,
offence offense, paralyse paralyze, practise practice, pretence pretense, programme program,
rigour rigor, rumour rumor, sabre saber, sceptic skeptic, sceptical skeptical,
sulphur sulfur, theatre theater, tonne ton, tyre tire, vapour vapor, vigour vigor
"""


def _bases() -> dict[str, str]:
    rows = (row.split() for table in (_VERBS, _NOUNS, _COMPARED) for row in table.split(","))
    return {form: base for base, *forms in rows for form in forms}


def _spellings() -> dict[str, str]:
    pairs = (pair.split() for pair in _SPELLINGS.split(","))
    ending = {verb.strip(): verb.strip().removesuffix("se") + "ze" for verb in _ISE.split(",")}
    return dict(pairs) | ending


BASES = _bases()
"""Form -> the word that it is one of."""
SPELLINGS = _spellings()
"""British spelling -> American one."""
