"""What can be said in Littletown: the English sentence patterns of every beat (chapter 0).

A line reads ``weight event: pattern``; ``pen.Beat`` explains the notation and
``scene.Scene.slot`` what each slot offers. An event's name and the values of its slots
say what happened without saying it in English, so another language can tell the same.
"""

from __future__ import annotations

OPENING = """
6 open: one {weather} {daytime} , {hero.new:A0} was {doing:V} in/ADP the [{adj4} |]{room:AM-LOC} .
3 open: it was* a {weather} {daytime} in/ADP {month} , and {hero.new:A0} was {doing:V} in/ADP the [{adj4} |]{room:AM-LOC} .
4 open: on {day} {daytime} , {hero.new:A0} , {a_trait} {hero.kid} , was {doing:V} .
4 open: {a_trait} {kid} [named|called] {hero.new:A0} lived* {near} {a_place:AM-LOC} .
3 open: once there/PRON was* {a_trait} {kid} who had {pet_kind} and {burden} and whose name was {hero.new:A1} .
4 open: {hero.new:A0} woke* up [early|late/ADV] on {day} and felt {mood} .
3 open: {hero.new:A0} had/AUX dreamed* of {beast} and {a_place} .
3 open: it was* {month} , and {hero.new:A0} was {mood} .
"""

WEATHER = """
4 weather: it was* a {weather} {daytime} , and {sound} .
3 weather: it was* {weather} [outside|in Littletown|that day|again] , and {sky} .
2 weather: {near} {a_place} it was* {weather} .
"""

# --- fillers: they carry mood and distance, never the plot ----------------------------

SCENERY = """
6 sky: {sky} .
3 sky: {sky} , and {sound} .
3 sound: {near} {a_place} {sound} .
3 beast: {beast:A0} {looked:V} {near} {a_place:AM-LOC} .
2 beast: {beast:A0} and {beast2:A0} {met:V} {near} {a_place:AM-LOC} .
"""

AGREEMENT = """
4 many: the [{adj2} |]{head.living} {where} {be:V} {doing.living} .
4 many: the [{adj3} |]{head.thing} {where} {be:V} {state.thing} .
"""

TICS = """
4 tic: <then>{hero} <adv>{tic} .
2 tic: {hero} [smiled*|nodded*|sighed*|yawned*|sneezed*|blinked*|shrugged*|paused*|waited*] and {tic} .
2 tic: {hero} {tic}<tail> .
"""

FRIEND_TICS = """
3 tic: {friend} <adv>{tic} .
2 tic: {hero} and/CCONJ {friend.name} [shared|found|bought|dropped] {a_snack}<tail> .
2 tic: {hero} and/CCONJ {friend.name} [talked|joked|wondered|argued] about {a_matter} .
"""

TALK = """
4 talk: " {remark} , " {friend.said:A0}<voice> .
2 talk: " {remark} ! " {friend.cried:A0}<voice> .
2 talk: " {remark} , " {hero.said:A0}<voice> .
1 talk: " {question} ? " {hero.asked:A0} . " {reply} , " [answered|said|replied] {friend.name}<voice> .
1 talk: " {question} ? " {friend.asked:A0} . " {reply} , " [answered|said|replied] {hero.name}<voice> .
"""

# --- somebody comes, and one goes somewhere -------------------------------------------

COME = """
4 come: <then>{friend.new:A0} [came* by|came* in|arrived*|appeared*|knocked*] with {burden} .
3 come: {friend.new:A0} , the {friend.kid} {near} {a_place} , [came* over|came* to/PART play|wanted* company] .
3 come: " {hello} ! " {cried:V} {friend.new:A0} {near} {a_place} .
2 come: {friend.new:A0} , {a_trait} {friend.kid} , {looked:V} at the door .
2 come: {friend.new:A0} [jumped*|climbed*|walked*|came*] over {a_place} and {tic2}<by> .
"""

GO = """
4 go: <then>{both:A0} <adv>{went:V} [past|around|towards|along] {a_place} to/ADP the {place.new:A4}<by> .
3 go: " {hello2} to/ADP the <adj>{place.new} , " {friend.said:A0}<voice> .
3 go: {friend:A0} wanted* to/PART see the <adj>{place.new:A4} , and {hero.name} {agreed} .
3 go: {both:A0} {went:V} to/ADP the <adj>{place.new:A4} {manner} .
"""

PLAY = """
4 play: <then>{both.they:A0} <adv>{deed:V}<tail> .
3 play: {both:A0} {deed:V} , and then they {deed2}<tail> .
3 play: {hero:A0} <adv>{deed:V} , and {friend.name} {deed2}<tail> .
2 play: while {hero.name} {deed} , {friend.name} {deed2}<tail> .
2 play: {near} {a_place} , {both.they:A0} {deed:V} .
"""

# --- plot: something is left somewhere and looked for later ---------------------------

LOST = """
4 lost: {hero:A0} had* {thing.new:A1} , a present from {giver}<by> .
3 lost: {hero.her} [favorite thing|greatest treasure|best toy|lucky charm] was* {thing.new:A1} .
3 lost: <then>{hero:A0} [polished*|admired*|mended*|cleaned*|discovered*|unpacked*] {thing.new:A1}<by> .
2 lost: {hero:A0} was* [very|rather|really] proud of {thing.new:A1} .
"""

BOXES = """
4 boxes: {near} {a_place} stood* {boxa.new:A1} and {boxb.new:A1} .
3 boxes: <then>{hero:A0} <adv>looked* at {boxa.new:A1} and {boxb.new:A1}<by> .
3 boxes: there/PRON were* {boxa.new:A1} and {boxb.new:A1} [by the door|near the window|beside the fireplace|against the wall|in the hall] .
2 boxes: {hero:A0} could not choose* between {boxa.new:A1} and {boxb.new:A1} .
"""

HIDE = """
4 hide: <then>{hero:A0} <adv>[put*|laid*|hid*|left*|placed*] {thing:A1} {spot:A2}<by> .
3 hide: {hero:A0} <adv>[pushed*|stuffed*|dropped*|tucked*|stored*] {thing:A1} {spot:A2}<by> .
3 hide: before [lunch|dinner|breakfast|school|supper] , {hero:A0} [put*|hid*|left*] {thing:A1} {spot:A2} .
2 hide: {thing.noun.the:A1} went* {spot:A2} , [next to|under|behind] {a_snack} .
"""

MISSING = """
3 want: {when} , {hero:A0} thought* of {thing:A1}<by> .
3 want: " I {want} to/PART play with my {thing.noun} [now|again|here/ADV] , " {hero.said:A0}<by> .
2 want: {when} , {hero:A0} wanted* to/PART show {friend.name:A2} {thing:A1}<by> .
3 want: {when} , {hero:A0} [missed*|needed*|remembered*|wanted*] {thing:A1}<by> .
4 ask: " where is* my {thing.noun} ? " {hero.asked:A0}<voice> .
3 ask: {hero:A0} <adv>[looked*|searched*] {near} {a_place} , but {thing.it} was not there/ADV .
2 ask: " I cannot [find*|see*] my {thing.noun} ! " {hero.cried:A0}<voice> .
2 ask: <then>{hero:A0} [became*|felt*|was*] {mood} and {tic} , but {thing:A1} was gone .
"""

ANSWER = """
4 answer: " you [put*|left*|hid*] {thing.it} {spot.right:A2} , " {friend.said:A0}<voice> .
3 answer: " [look*|try*|search*] {spot.right:A2} ! " {friend.cried:A0} .
2 answer: then/ADV {hero:A0} remembered* : {thing.it} was {spot.right:A2} .
2 answer: <then>{friend:A0} {tic} . " is* {thing.it} not {spot.right:A2} ? "
1 answer: " {thing.it} is* {spot.right:A2} , of course ! " {friend.cried:A0} .
"""

FOUND = """
4 found: there/ADV {thing.it} was* , {spot.right} , [next to|under|behind|between {burden} and] {a_snack} .
3 found: {hero:A0} <adv>looked* {spot.right:A2} , and there/ADV was {thing.full} .
3 found: {both:A0} {went:V} home , and {hero.name} <adv>[took|pulled|dug] {thing:A1} out<by> .
2 found: {thing.full:A1} lay* {spot.right:A2} , [dusty|dry|cold|dirty|safe|clean] and [dusty|dry|cold|dirty|safe|clean] .
"""

# --- plot: an errand for a grown-up ----------------------------------------------------

ERRAND = """
4 errand: " {hero.name} , [please|would you|could you|can you] [bring*|fetch*|get*|buy*] me {food.new:A1} from the <adj>{shop.new:AM-LOC} , " {said} {grown.new:A0}<voice> .
4 errand: {grown.new:A0} [asked*|told*|begged*] {hero.name:A2} to/PART [buy|fetch|bring|get] {food.new:A1} from the <adj>{shop.new:AM-LOC} .
3 errand: {grown.new:A0} was {mood} and needed* {food.new:A1} from the <adj>{shop.new:AM-LOC} .
"""

SET_OUT = """
3 out: <then>{hero:A0} [took*|grabbed*|packed*] {burden} and {went} [off|out|away]<by> .
3 out: " {reply} , " {hero.said:A0} and {went:V} [past|around|towards|behind] {a_place}<by> .
3 out: {hero:A0} put* on/ADP {hero.poss} {wear} and <adv>{went} [past|around|towards|behind] {a_place}<by> .
2 out: {hero:A0} <adv>[tied*|buttoned*|brushed*] {hero.poss} {wear} and left<by> .
"""

MEET = """
4 meet: {near} {a_place} , {hero:A0} met* {friend.new:A1} , who was [chasing|feeding|carrying|watching|drawing|looking for] {beast} .
3 meet: {near} {a_place} , {friend.new:A0} was* {doing.living} .
3 meet: {hero:A0} [saw*|met*|noticed*|heard*] {friend.new:A1} {near} {a_place:AM-LOC} .
2 meet: " {question} ? " {asked:V} {friend.new:A0}<by> .
"""

DETOUR = """
4 detour: " come* with me to/ADP the <adj>{place.new:A4} first/ADV , " {friend.said:A0}<voice> .
3 detour: {both:A0} <adv>{went:V} to/ADP the <adj>{place.new:A4} first/ADV<by> .
2 detour: <then>{friend:A0} <adv>showed* {hero.obj:A2} the <adj>{place.new:A4}<by> .
2 detour: {friend:A0} was* on the way to/ADP the <adj>{place.new:A4} , and {hero.name} {agreed} .
"""

AT_SHOP = """
4 shop: {when} , {hero:A0} {went:V} to/ADP the {shop.right:A4}<by> .
3 shop: then/ADV {hero:A0} remembered* {grown.name} and {went} to/ADP the {shop.right:A4} .
2 shop: {beast:A0} {looked:V} {near} the {shop.right:AM-LOC} .
2 shop: the {shop.right} was* [almost|nearly|still|already] [closed|full|empty|open] , and {hero.name} {tic} .
"""

ORDER = """
4 order: " {food.again:A1} , please , " {hero.said:A0}<voice> .
3 order: " {hello} ! " {cried} {a_folk} . " {food.again:A1} , " {hero.said:A0}<voice> .
2 order: {hero:A0} {tic} and asked* for {food.again:A1}<by> .
2 order: {hero:A0} <adv>[bought*|paid* for|got*] {food.again:A1} and {a_snack}<by> .
"""

DELIVER = """
4 deliver: <then>{hero:A0} <adv>[brought*|gave*|handed*|carried*] {food.the:A1} to/ADP {grown.again:A2}<by> .
3 deliver: " {hello} , here {food.are:V} {food.the:A1} , " {hero.pro} {said} to/ADP {grown.again:A2}<by> .
3 deliver: {when} , {hero:A0} [gave*|brought*|handed*|carried*] {food.the:A1} to/ADP {grown.again:A2}<by> .
"""

REWARD = """
3 reward: " thank* you , {hero.name} , " {said} {grown.name:A0}<voice> .
3 reward: {grown.name:A0} was [so|very] {happy} and gave* {hero.obj:A2} {a_snack} .
2 reward: <then>{grown.name:A0} made* {cake.new:A1} , and {hero.name} got the [first|biggest|last|best|smallest|second] [piece|bite|slice|half] .
2 reward: " [what a|you are a] {good} {hero.kid} , " {said:V} {grown.name:A0}<voice> .
2 reward: {grown.name:A0} {tic} and [gave*|offered*|promised*] {hero.obj:A2} {burden} .
"""

# --- plot: something is lent, and wanted back ------------------------------------------

LEND = """
4 lend: {friend.new:A0} and {other.new:A0} [came* over|came* by|arrived*|appeared*] with {burden} .
3 lend: {near} {a_place} , {friend.new:A0} and {other.new:A0} were* {doing.living} .
3 lend: {hero:A0} met* {friend.new:A1} and {other.new:A1} {near} {a_place:AM-LOC} .
"""

SHOW = """
4 show: <then>{hero:A0} <adv>showed* them {thing.new:A1}<by> .
3 show: {hero.name:A0} had* {thing.new:A1} , and the others were [amazed|jealous|curious|excited|impressed|silent] .
3 show: {hero.name:A0} [brought*|carried*|held*|owned*] {thing.new:A1}<by> .
2 show: from {hero.name} 's [bag|pocket|coat|hat|basket|backpack] came* {thing.new:A1} .
"""

HAND_OVER = """
4 give: <then>{hero:A0} <adv>[lent*|gave*|handed*|passed*] {thing:A1} to/ADP {holder:A2}<by> .
3 give: " {may} I [have*|borrow*|take*|hold*|try*] {thing.it} ? " {asked} {holder:A0}<by> .
3 give: {holder:A0} [asked* for|wanted*|liked*|loved*|took*] {thing:A1} , and {hero.name} {agreed} .
2 give: {hero:A0} let* {holder:A2} [play with|keep|carry|hold|have] {thing:A1} for {number} [minutes|hours] .
"""

GO_THREE = """
4 go: <then>{all:A0} <adv>{went:V} to/ADP the <adj>{place.new:A4}<by> .
3 go: {all:A0} {went:V} [past|around|towards|along] {a_place} to/ADP the {place.new:A4}<by> .
2 go: " {hello2} to/ADP the <adj>{place.new} , " {hero.said:A0}<voice> .
"""

PLAY_THREE = """
4 play: <then>{all.they:A0} <adv>{deed:V}<tail> .
3 play: {friend.name:A0} <adv>{deed:V} , and {other.name} {deed2}<tail> .
3 play: {other.name:A0} <adv>{deed:V} , and {friend.name} {deed2}<tail> .
2 play: {hero:A0} {deed:V} while the others {looked}<tail> .
2 play: {near} {a_place} , {all.they:A0} {deed:V} .
"""

WHO = """
4 who: " who [has*|took*|hid*] my {thing.noun} ? " {hero.asked:A0}<voice> .
3 who: {when} , {hero:A0} wanted* {thing:A1} back<by> .
3 who: {when} , {hero:A0} <adv>[looked* for|missed*|remembered*|needed*] {thing:A1}<by> .
"""

HOLDER = """
4 holder: " {holder.right:A0} has* it , " {said} {holder.not}<voice> .
3 holder: <then>{hero:A0} <adv>[turned* to/ADP|asked*|pointed* at|questioned*] {holder.right:A2}<by> .
2 holder: " [ask*|look* at|try*] {holder.right:A2} , " {said} {holder.not}<voice> .
2 holder: it was {holder.right:A0} who [had*|held*] it .
"""

RETURN = """
4 back: {holder.name:A0} <adv>[gave*|handed*|passed*] {thing:A1} back<by> .
3 back: " {reply} , " {said} {holder.name:A0} and gave* {thing.it:A1} back<by> .
3 back: {holder.name:A0} {tic} and [gave*|handed*] {thing:A1} back<by> .
1 back: {holder.name:A0} had/AUX [almost|nearly|really] forgotten/VERB* {thing:A1} .
"""

# --- plot: a lost animal ------------------------------------------------------------------

ANIMAL = """
4 animal: {near} {a_place} , {hero:A0} <adv>[found*|saw*|discovered*|noticed*] {animal.new:A1} .
3 animal: {animal.new:A0} was [sitting*|lying*|hiding*|trembling*] {near} {a_place:AM-LOC} .
2 animal: <then>{hero:A0} heard* a [strange|soft|faint|sad|small|thin] [sound|voice|noise] . it was {animal.new:A1} .
"""

PITY = """
4 pity: {animal:A0} was* {mood} and {cry} .
3 pity: " [poor|dear|good|sweet|silly] {animal.noun} , " {hero.said:A0}<voice> .
3 pity: {hero:A0} <adv>[lifted*|stroked*|fed*|washed*|dried*|warmed*|carried*] {animal.it:A1} , and {animal.it} {cry} .
2 pity: {animal:A0} {cry:V} [softly|loudly|again|twice|once] and [licked|smelled|touched] {hero.poss} {body} .
"""

NAMING = """
4 name: " I will call* you {pet.new} , " {hero.said:A0}<voice> .
3 name: {hero:A0} <adv>[named*|called*] {animal.it:A1} {pet.new}<by> .
2 name: " [hello|come|look|listen] , {pet.new} , " {hero.said:A0} , and that/PRON became* {animal.its} name<by> .
"""

CARE = """
4 care: <then>{hero:A0} <adv>[gave*|offered*|brought*] {pet:A2} some {animal.food:A1}<by> .
3 care: {pet:A0} <adv>[ate*|swallowed*|stole*|smelled*|tasted*] the {animal.food:A1} and {cry}<by> .
2 care: with some {animal.food} and {a_snack} , {pet:A0} felt* less {mood} .
2 care: {hero:A0} [found*|made*|prepared*] [a warm|a soft|a clean|a dry|an old] [blanket|pillow|box|basket|towel] for {pet:A2}<by> .
"""

HELP = """
4 help: <then>{hero:A0} <adv>[took*|carried*|brought*|showed*] {pet:A1} to/ADP {grown.new:A2} , the {grown.job.new}<by> .
3 help: {near} {a_place} , {grown.new:A0} , the {grown.job.new} , [waited*|appeared*|worked*|came* by] .
2 help: {grown.new:A0} , the {grown.job.new} , [liked*|saw*|noticed*|examined*|knew*] {pet:A1}<by> .
"""

ADVICE = """
3 advice: " {animal.a} needs* a {animal.home:A1} , " {grown.said:A0}<voice> .
3 advice: <then>{grown:A0} <adv>[looked* at|smiled* at|touched*|measured*] {pet.obj} .
3 advice: " {pet.name} is [very|quite|a bit|not] {mood} , " {said} the {grown.job}<voice> .
2 advice: {grown:A0} [helped*|told*|taught*|showed*] {hero.name:A2} {manner} .
"""

HOME = """
4 home: {when} , {hero:A0} <adv>[brought*|took*|carried*] {pet.obj:A1} to/ADP the {animal.home:A4}<by> .
3 home: <then>{pet:A0} <adv>{went:V} to/ADP the {animal.home:A4} and {cry}<by> .
2 home: {pet:A0} lived* in/ADP the {animal.home:AM-LOC} {near} {a_place} .
"""

# --- plot: a cake for somebody ----------------------------------------------------------

BAKE = """
4 bake: it was* {grown.new:A1} 's birthday , and {hero.name} [wanted|decided|planned|promised] to/PART make {cake.new:A1} .
3 bake: {grown.new:A0} [loved*|wanted*|missed*|liked*] {cake.new:A1} , so {hero.name} made one/PRON .
3 bake: {hero:A0} <adv>[wanted*|decided*|planned*|promised*] to/PART surprise/VERB {grown.new:A1} with {cake.new:A2} .
"""

NEED = """
4 need: for that/PRON , {hero.pro} [needed*|took*|fetched*|bought*] {food.new:A1} and {food2.new:A1}<by> .
3 need: the <adj>[recipe|cookbook] asked* for {food.new:A1} and {food2.new:A1} .
3 need: <then>{hero:A0} <adv>[found*|took*|fetched*|chose*] {food.new:A1} and {food2.new:A1}<by> .
"""

MIX = """
4 mix: {hero:A0} <adv>[mixed*|stirred*|warmed*|weighed*|cut*] {food.the:A1} , and {friend.name} {tic}<by> .
3 mix: <then>{friend:A0} <adv>[spilled*|dropped*|tasted*|forgot*|counted*|tried*] {food2.the:A1}<by> .
2 mix: " {do} {food2.the} ! " {friend.cried:A0}<voice> .
2 mix: {friend:A0} [added*|wanted*|found*] {a_snack} , and {hero.name} {agreed} .
"""

OVEN = """
4 oven: {when} , {the_cake:A1} went* into the oven<tail> .
3 oven: {both:A0} <adv>[watched*|waited*|danced*|sang*] until/SCONJ {the_cake} was [ready|golden|done|brown|crisp] .
2 oven: {beast:A0} [smelled*|noticed*|saw*] {the_cake:A1} and {looked}<tail> .
2 oven: after {number} minutes , {the_cake:A1} [was*|looked*] [ready|golden|done|brown|crisp] .
"""

PARTY = """
4 party: " happy birthday , {grown.again} ! " {hero.cried:A0}<voice> .
3 party: <then>{both:A0} <adv>[brought*|carried*|took*] {the_cake:A1} to/ADP {grown.again:A2}<by> .
3 party: {when} , {grown.again:A0} <adv>[found*|saw*|smelled*|noticed*] {the_cake:A1}<by> .
"""

TASTE = """
3 taste: {grown.name:A0} took* a [big|small|careful|second|tiny|huge] bite and {tic} .
3 taste: <then>{grown.name:A0} <adv>[ate*|tasted*|cut*|shared*|praised*] {the_cake:A1} .
2 taste: it tasted* of {food.bare} and {food2.bare} .
3 taste: " what a {a_matter2} , " {said:V} {grown.name:A0}<voice> .
"""

# --- plot: a contest ------------------------------------------------------------------------

RACE = """
4 race: {when} , the [great|yearly|famous|big|first] {contest.new} [began*|started*|took* place] .
3 race: {near} {a_place} , everyone was talking* about the {contest.new} .
3 race: {hero:A0} had/AUX <adv>[practiced*|trained*] for the {contest.new} since {month} .
"""

RIVALS = """
4 rivals: {friend.new:A0} and {other.new:A0} [wanted* to/PART win|took* part|were* first/ADV|were* ready] , too .
3 rivals: {hero.her} [greatest|only/ADJ|oldest|best|strongest] rivals were* {friend.new:A1} and {other.new:A1} .
3 rivals: {friend.new:A0} was* {mood} , and {other.new:A0} was {mood2} .
"""

JUDGE = """
4 judge: {grown.new:A0} , the {grown.job.new} , [blew* a whistle|waved* a flag|rang* a bell|counted* to/ADP three|was* the judge] .
3 judge: the prize was* {thing.new:A1} , and {grown.new:A0} , the {grown.job.new} , was the judge .
2 judge: " {hello} ! " {cried:V} {grown.new:A0} , the {grown.job.new} .
"""

EFFORT = """
4 effort: {anyone.a:A0} {strain:V} , but {anyone.b} {strain2} .
3 effort: <then>{anyone.a:A0} <adv>{strain:V} .
2 effort: {anyone.a:A0} {strain:V} , and {a_folk} {looked} .
"""

WIN = """
4 win: {when} , {winner:A0} won*<by> .
3 win: " the winner is* {winner:A1} ! " {cried} {grown.name}<voice> .
2 win: nobody could [catch*|beat*|stop*|follow*] {winner:A1} .
2 win: {winner:A0} was [faster/ADJ|better|luckier|stronger|calmer] than [the others|everyone|{beast}] and won* .
"""

PRIZE = """
4 prize: <then>{grown.again:A0} <adv>[gave*|handed*|brought*] the prize to/ADP {winner.right:A2}<by> .
3 prize: " this/PRON is for you , {winner.right:A2} , " {said:V} {grown.again:A0}<voice> .
2 prize: {when} , {grown.again:A0} <adv>shook* hands with {winner.right:A2}<by> .
2 prize: {winner.right:A0} <adv>[climbed*|jumped*|stepped*] onto {a_place:A4}<by> .
"""

CHEER = """
3 cheer: {loser.name:A0} was [a little|a bit|not] {sad} , but [clapped*|cheered*|laughed*|smiled*]<by> .
3 cheer: {all:A0} <adv>[shared*|bought*|dropped*|found*] {a_snack}<by> .
2 cheer: " {remark} , " {said:V} {loser.name:A0}<voice> .
2 cheer: {winner.name:A0} <adv>[hugged*|thanked*|comforted*] {loser.name:A1}<by> .
"""

# --- endings ---------------------------------------------------------------------------------


CLOSING = """
10 end: </s>/X
4 feel: {hero:A0} was* [very|so|truly|rather|quite] {happy} .
3 feel: {hero:A0} [was*|felt*] {happy} and {mood} .
2 feel: {hero:A0} was* so {happy} that/SCONJ {hero.pro} {tic} .
2 feel: {hero:A0} [danced*|laughed*|sang*|skipped*|ran*] [all the way home|around the room|until bedtime|down the street]<tail> .
2 moral: what a {a_matter2} !
2 moral: that night , {hero.name} dreamed* of {beast} and {a_place} .
2 moral: when {hero.name} told* {giver} about it , {giver.pro} [laughed|smiled|nodded|shrugged|sang|whistled] .
"""

FAREWELL = """
3 bye: {friend.again:A0} [waved*|left*|laughed*|smiled*] and {tic2}<by> .
2 bye: " see you on {day} , " {said:V} {friend.again:A0}<voice> .
2 bye: {hero.name:A0} <adv>[thanked*|hugged*|praised*] {friend.again:A1}<by> .
"""

STOP = """
1 end: </s>/X
"""
