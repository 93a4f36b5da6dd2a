"""What can be said in Littletown: the English sentence patterns of every beat (chapter 0).

A line reads ``weight event: pattern``; ``pen.Beat`` explains the notation and
``scene.Scene.slot`` what each slot offers. An event's name and the values of its slots
say what happened without saying it in English, so another language can tell the same.
"""

from __future__ import annotations

OPENING = """
7 open: one {weather} {daytime} , {hero.new:A0} was {doing} in/ADP the {room:AM-LOC} .
4 open: it was* a {weather} {daytime} in/ADP {month} , and {hero.new:A0} was {doing} in/ADP the {room:AM-LOC} .
4 open: on {day} {daytime} , {hero.new:A0} , {a_trait} {hero.kid} , was {doing} in/ADP the {room:AM-LOC} .
4 open: in a [small|narrow|white|yellow|crooked|tall] house [by the river|on the hill|near the mill|behind the school|at the edge of town] lived* {hero.new:A0} , {a_trait} {hero.kid} .
3 open: once there/PRON was* {a_trait} {kid} [named|called] {hero.new:A1} .
3 open: {hero.new:A0} woke* up/ADP [early|late|before the others|with a smile|with a yawn] on {day} .
2 open: {hero.new:A0} was {a_trait} {hero.kid} who lived* [by the river|on the hill|near the mill|next to the bakery|in the middle of town] .
"""

WEATHER = """
4 weather: it was* a {weather} {daytime} .
3 weather: it was* {weather} [outside|in Littletown|that day] .
2 weather: the {daytime} was* {weather} .
1 weather: outside , it was* {weather} and [quiet|still|bright|gray|busy] .
"""

# --- fillers: they carry mood and distance, never the plot ----------------------------

SCENERY = """
5 sky: {sky} .
4 sky: [outside|meanwhile|all the while|by now|far away] , {sky} .
2 sky: {sky} , and [somewhere|far off|in the distance] {sound} .
3 sound: [somewhere|far off|in the distance|nearby|across the street] {sound} .
"""

AGREEMENT = """
4 many: the {head.living} {where} {be:V} {doing.living} .
4 many: the {head.thing} {where} {be:V} {state.thing} .
"""

TICS = """
4 tic: {hero} {tic}<tail> .
2 tic: {hero} [smiled*|nodded*|sighed*|yawned*|sneezed*|blinked*|shrugged*] and {tic}<tail> .
1 tic: for a moment , {hero} {tic}<tail> .
"""

FRIEND_TICS = """
3 tic: {friend} {tic}<tail> .
2 tic: {hero} and/CCONJ {friend.name} [looked at each other|shared an apple|told jokes|sang a song|counted their steps|walked hand in hand] .
"""

TALK = """
4 talk: " {remark} , " {said:V} {friend:A0}<voice> .
2 talk: " {remark} ! " {cried:V} {friend:A0}<voice> .
2 talk: " {remark} , " {said:V} {hero:A0}<voice> .
1 talk: " {question} ? " {asked:V} {hero:A0}<voice> . " {reply} , " answered {friend.name} .
1 talk: " {question} ? " {asked:V} {friend:A0}<voice> . " {reply} , " {said} {hero.name}<voice> .
"""

# --- somebody comes, and one goes somewhere -------------------------------------------

COME = """
4 come: [then|soon|after breakfast|a little later|at noon|just then] {friend.new:A0} [came* by|knocked* at the door|rang* the bell|called* from the street|came* running up the path|climbed* over the fence] .
3 come: {friend.new:A0} , [a friend from school|a friend|the {friend.kid} next door|a cousin from the city] , came* [over|over to play|for a visit|along on a bicycle] .
2 come: " [hello|good {daytime}|hey there/ADV|are you home] ! " {cried:V} {friend.new:A0} from the [gate|street|yard|window] .
1 come: there/PRON was* a knock at the door . it was {friend.new} , [a friend from school|the {friend.kid} next door|with muddy boots|out of breath] .
"""

GO = """
4 go: <then>{both:A0} <adv>{went:V} to/ADP the <adj>{place.new:A4} .
3 go: " let us go to/ADP the {place.new:A4} , " {said:V} {friend:A0}<voice> .
3 go: <then>{friend:A0} wanted* to/PART go to/ADP the {place.new:A4} , and {hero.name} [agreed|nodded|came along|ran ahead|said yes|fetched a coat] .
2 go: <then>{both:A0} <adv>{went:V} to/ADP the {place.new:A4} [together|as fast as they could|along the river|through the narrow streets|past the church] .
1 go: it was* not far to/ADP the {place.new:A4} , so {both:A0} [walked|went on foot|took the path across the fields] .
"""

PLAY = """
5 play: [there/ADV|first/ADV|for a while|for an hour|until noon|at once] , {both.they:A0} {deed}<tail> .
3 play: <then>{both:A0} <adv>{deed} , and then they {deed2}<tail> .
3 play: <then>{hero:A0} <adv>{deed} , and {friend.name} {deed2}<tail> .
2 play: while {hero.name} {deed} , {friend.name} {deed2}<tail> .
"""

# --- plot: something is left somewhere and looked for later ---------------------------

LOST = """
4 lost: <then>{hero:A0} had* {thing.new:A1} , a present from {giver} .
3 lost: {hero.her} [favorite thing|greatest treasure|best toy] was* {thing.new:A1} .
2 lost: for [weeks|months|a year] , {hero:A0} had taken* {thing.new:A1} everywhere .
2 lost: <then>{hero:A0} was very proud of {thing.new:A1} .
"""

BOXES = """
4 boxes: in/ADP the corner stood* {boxa.new:A1} and {boxb.new:A1} .
3 boxes: <then>{hero:A0} <adv>looked* at {boxa.new:A1} and {boxb.new:A1} .
3 boxes: there/PRON were* {boxa.new:A1} and {boxb.new:A1} [by the door|near the window|beside the fireplace|against the wall|in the hall] .
2 boxes: <then>{hero:A0} could not choose* between {boxa.new:A1} and {boxb.new:A1} .
"""

HIDE = """
4 hide: <then>{hero:A0} <adv>put* {thing:A1} {spot:A2}<tail> .
3 hide: in/ADP the end , {hero:A0} [put*|left*|hid*] {thing:A1} {spot:A2}<tail> .
3 hide: before [lunch|dinner|the meal] , {hero:A0} hid* {thing:A1} {spot:A2}<tail> .
2 hide: to/PART keep {thing.it} safe , {hero:A0} laid* {thing:A1} {spot:A2}<tail> .
2 hide: <then>{hero:A0} <adv>[slipped*|pushed*|placed*] {thing:A1} {spot:A2} , [where nobody would look|and that was that|just for now|and forgot all about it] .
"""

WANT = """
3 want: [on the way home|back at home|when it got late|in/ADP the evening|after supper] , {hero:A0} thought* of {thing:A1} [again|] .
2 want: later {hero:A0} wanted* to/PART show {friend.name:A2} {thing:A1} .
3 want: " I want* to/PART play with my {thing.noun} now , " {said} {hero:A0}<voice> .
2 want: suddenly {hero:A0} could not remember* where {thing:A1} was .
2 want: when {both:A0} came* home , {thing:A1} was [nowhere to/PART be seen|gone|not in/ADP its place] .
"""

ASK = """
4 ask: " where is* my {thing.noun} ? " {asked} {hero:A0}<voice> .
3 ask: <then>{hero:A0} <adv>[looked*|searched*] [everywhere|in/ADP every room|high and low|all over the house] , but {thing:A1} was [gone|not there/ADV|nowhere to/PART be seen] .
2 ask: " I cannot find* my {thing.noun} [anywhere|at all] ! " {cried} {hero:A0}<voice> .
2 ask: " have you seen* my {thing.noun} ? " {hero.pro} asked {friend.name} .
"""

ANSWER = """
4 answer: " you put* {thing.it} {spot.right:A2} , " {said} {friend:A0}<voice> .
3 answer: " look* {spot.right:A2} ! " {cried} {friend:A0}<voice> .
2 answer: then/ADV {hero:A0} remembered* : {thing.it} was {spot.right:A2} .
2 answer: <then>{friend:A0} [scratched an ear|thought hard|closed both eyes] . " did you not leave* {thing.it} {spot.right:A2} ? "
1 answer: " I know* ! " cried {friend:A0} . " {thing.it} is {spot.right:A2} ! "
"""

FOUND = """
3 found: and indeed , there/ADV {thing.it} [was*|lay*] , {spot.right} .
3 found: <then>{hero:A0} <adv>looked* {spot.right:A2} , and there/ADV was {thing.full} .
2 found: <then>{both:A0} ran* home , and {hero.name} pulled {thing:A1} out/ADP from {spot.right} .
2 found: and so it was* : {thing.full} lay {spot.right:A2} [all along|just as before|, covered with dust|, safe and sound] .
"""

# --- plot: an errand for a grown-up ----------------------------------------------------

ERRAND = """
4 errand: " {hero.name} , [please|would you please|could you] [bring*|fetch*|get*] me {food.new:A1} from the {shop.new:AM-LOC} , " {said} {grown.new:A0}<voice> .
3 errand: {grown.new:A0} asked* {hero.name:A2} to/PART [buy|fetch|bring] {food.new:A1} from the {shop.new:AM-LOC} .
2 errand: {grown.new:A0} was sick* in bed and needed {food.new:A1} from the {shop.new:AM-LOC} .
2 errand: {grown.new:A0} wanted* to/PART [bake|cook] , but the kitchen was empty . " I need {food.new} from the {shop.new} , " {grown.pro} said .
"""

SET_OUT = """
3 out: <then>{hero:A0} <adv>took* [a basket|a bag|some coins|the big basket|an umbrella] and [went out/ADP|set off|ran off|left the house] .
3 out: " [of course|gladly|right away|yes] , " {said:V} {hero:A0} , and off {hero.pro} went .
2 out: <then>{hero:A0} <adv>put* on/ADP {hero.poss} [coat|boots|hat|scarf|shoes|jacket] and hurried [out/ADP|down the street|down the hill] .
2 out: so {hero:A0} {went:V} [down the street|across the bridge|past the church|through the park] .
"""

MEET = """
4 meet: on the way , {hero.pro} met* {friend.new:A1} , who was [flying a kite|walking a dog|carrying a ladder|feeding the pigeons|jumping over puddles|sitting on a wall|fixing a bicycle|looking for a lost shoe] .
3 meet: at the [corner|bridge|well|crossing|church] , {friend.new:A0} was waiting* .
2 meet: [halfway there/ADV|at the bridge|after a few steps] , {hero:A0} saw* {friend.new:A1} [on a bench|in/ADP a tree|behind a cart|with a big dog|at a window] .
2 meet: " where are you going* ? " called {friend.new:A0} from a [garden|window|bench|wall] .
"""

DETOUR = """
4 detour: " come* with me to/ADP the {place.new:A4} first/ADV , " {said} {friend:A0}<voice> .
3 detour: <then>{both:A0} <adv>{went:V} to/ADP the <adj>{place.new:A4} first/ADV , [just for a little while|because there/PRON was still time|although it was late] .
2 detour: <then>{friend:A0} <adv>showed* {hero.obj:A2} the way to/ADP the {place.new:A4} .
2 detour: <then>{friend:A0} was on the way to/ADP the {place.new:A4} , and {hero.name} went* along .
"""

AT_SHOP = """
4 shop: at last , {hero:A0} [came* to/ADP|reached*|stood* in/ADP|arrived* at] the {shop.right:A4} .
3 shop: then/ADV {hero:A0} remembered* {grown.name} and ran to/ADP the {shop.right:A4} .
2 shop: when {hero.name} [came* to/ADP|reached*] the {shop.right:A4} , it was [almost closed|full of people|very quiet|just about to/PART close] .
"""

ORDER = """
4 order: " {food.again:A1} , please , " {said:V} {hero:A0}<voice> .
3 order: " what/PRON would you like* ? " asked the [man|woman|girl|boy] behind the counter . " {food.again:A1} , " {said} {hero:A0}<voice> .
2 order: <then>{hero:A0} thought hard . what/PRON was it again ? " {food.again:A1} ! " {hero.pro} said* at last .
2 order: <then>{hero:A0} <adv>[bought*|paid* for|asked* for|got*] {food.again:A1} and [put {food.it} in/ADP the bag|said thank you|counted the change|went home at once] .
"""

DELIVER = """
4 deliver: <then>{hero:A0} <adv>[brought*|gave*|handed*|carried*] {food.the:A1} to/ADP {grown.again:A2} .
3 deliver: " here {food.are:V} {food.the:A1} , " {hero.pro} said to/ADP {grown.again:A2} .
3 deliver: an hour later , {hero:A0} was back* at the door of {grown.again} with {food.the:A1} .
2 deliver: back home , {food.the:A1} went* [straight|] to/ADP {grown.again:A2} .
"""

REWARD = """
3 reward: " thank* you , {hero.name} , " {said} {grown.name:A0}<voice> . " you are a {good} {hero.kid} . "
3 reward: <then>{grown.name:A0} was so {happy} that {grown.pro} gave* {hero.obj:A2} [a coin|a cookie|a kiss|a hug|a big piece of cake|a whole bag of nuts] .
2 reward: <then>{grown.name:A0} made* {cake.new:A1} , and {hero.name} got the [first|biggest|last|best] [piece|bite|slice] .
2 reward: " [well done|how kind of you|you are quick] , " {said} {grown.name:A0} and smiled* .
"""

# --- plot: something is lent, and wanted back ------------------------------------------

LEND = """
4 lend: {friend.new:A0} and {other.new:A0} were [visiting*|waiting* at the door|already there/ADV|sitting* on the fence] .
3 lend: {hero.her} friends {friend.new:A0} and {other.new:A0} came* over [to/PART play|for lunch|after school|with a big bag] .
2 lend: <then>{hero:A0} was not alone* : {friend.new:A0} and {other.new:A0} were there/ADV , too .
"""

SHOW = """
4 show: <then>{hero:A0} <adv>showed* them {thing.new:A1} .
3 show: {hero.name:A0} had* {thing.new:A1} , and [both of them wanted it|the others were amazed|everybody wanted to/PART see it|it was brand new] .
2 show: " look* what/PRON I have got ! " {said} {hero.name:A0}<voice> . it was {thing.new:A1} .
2 show: from {hero.name} 's bag came* {thing.new:A1} .
"""

HAND_OVER = """
4 give: <then>{hero:A0} <adv>[lent*|gave*|handed*] {thing:A1} to/ADP {holder:A2} .
3 give: " may I borrow* {thing.it} ? " {asked} {holder:A0} . " [of course|yes|sure|until tonight] , " {said} {hero.name}<voice> .
3 give: {holder:A0} asked* for {thing:A1} , and {hero.name} [said yes|handed it over|did not mind|agreed] .
2 give: <then>{hero:A0} <adv>let* {holder:A2} [play with|keep|carry|look after] {thing:A1} [for a while|until evening|for the rest of the day] .
"""

GO_THREE = """
4 go: <then>{all:A0} <adv>{went:V} to/ADP the <adj>{place.new:A4} .
3 go: <then>{all:A0} <adv>{went:V} to/ADP the {place.new:A4} [together|one after the other|in/ADP a long row|along the river] .
2 go: " who wants* to/PART go to/ADP the {place.new:A4} ? " {asked} {hero:A0}<voice> .
"""

PLAY_THREE = """
4 play: [there/ADV|first/ADV|for a while|until noon] , {all.they:A0} {deed}<tail> .
3 play: <then>{friend.name:A0} <adv>{deed} , and {other.name} {deed2}<tail> .
3 play: <then>{other.name:A0} <adv>{deed} , and {friend.name} {deed2}<tail> .
2 play: <then>{hero:A0} <adv>{deed} while the others [rested|watched|ate apples|told stories|slept in/ADP the shade] .
"""

WHO = """
4 who: " who has* my {thing.noun} ? " {asked} {hero:A0} [at last|in/ADP the evening|after a while|later] .
3 who: when it was time to/PART go home , {hero:A0} wanted* {thing:A1} back .
2 who: then/ADV {hero:A0} missed* {hero.poss} {thing.noun} . who had it ?
2 who: " wait* , where is my {thing.noun} ? " {said} {hero:A0} suddenly .
"""

HOLDER = """
4 holder: " {holder.right:A0} has* it , " {said} {holder.not} .
3 holder: <then>{hero:A0} <adv>turned* to/ADP {holder.right:A2} . 
3 holder: it was {holder.right:A0} who had* it .
2 holder: " ask* {holder.right:A2} , " {said} {holder.not} .
"""

RETURN = """
4 back: <then>{holder.name:A0} <adv>[gave*|handed*] {thing:A1} back [at once|with a smile|and said thank you|right away] .
3 back: " here/ADV it is , " {said} {holder.name:A0} and gave* {thing:A1} back .
2 back: <then>{holder.name:A0} <adv>[blushed|laughed|smiled] and pulled* {thing:A1} out/ADP of a pocket .
1 back: <then>{holder.name:A0} had almost forgotten* {thing:A1} and was very sorry .
"""

# --- plot: a lost animal ------------------------------------------------------------------

ANIMAL = """
4 animal: [suddenly|then|all at once] , {hero:A0} heard* a [strange|soft|faint|sad|small] sound . it was {animal.new:A1} .
3 animal: [behind the shed|under a bush|by the road|near the well|in/ADP the ditch|between two stones] , {hero:A0} found* {animal.new:A1} .
2 animal: {animal.new:A0} was sitting* [in/ADP the grass|on the doorstep|under a bench|in/ADP the middle of the road|at the gate] .
"""

PITY = """
4 pity: <then>{animal:A0} was [cold|hungry|wet|lost|thirsty|hurt|tired|afraid] and {cry} .
3 pity: " [poor little thing|do not be afraid|you poor thing] , " {said:V} {hero:A0}<voice> .
3 pity: <then>{hero:A0} <adv>[picked {animal.it} up/ADP|wrapped {animal.it} in/ADP a scarf|stroked {animal.it} gently|carried {animal.it} home] , and {animal.it} {cry} .
2 pity: <then>{animal:A0} {cry} [softly|loudly|again and again|twice] and [shivered|hid|did not move|looked up/ADP] .
"""

NAMING = """
4 name: " I will call* you {pet.new} , " {said} {hero:A0}<voice> .
3 name: <then>{hero:A0} <adv>[named*|called*] {animal.it:A1} {pet.new} , [because it sounded funny|after a cat in/ADP a book|without thinking twice|and the name stayed] .
2 name: " what/PRON about {pet.new} ? " {said} {hero:A0} , and that became* {animal.its} name .
"""

CARE = """
4 care: <then>{hero:A0} <adv>gave* {pet:A2} some {animal.food:A1} .
3 care: <then>{pet:A0} <adv>[ate*|swallowed*|gobbled* up/ADP] all the {animal.food:A1} and {cry} .
2 care: with some {animal.food} and [a warm blanket|an old towel|a little water] , {pet:A0} soon felt* better .
2 care: <then>{pet:A0} did not want* the {animal.food:A1} at first .
"""

HELP = """
4 help: <then>{hero:A0} <adv>took* {pet:A1} to/ADP {grown.new:A2} , the {grown.job.new} .
3 help: [just then|a little later|in/ADP the afternoon] , {grown.new:A0} , the {grown.job.new} , came* by .
2 help: {grown.new:A0} , the {grown.job.new} , [knew* a lot about animals|had* time to/PART help|looked* at {pet}] .
"""

ADVICE = """
3 advice: " {animal.a} needs* a {animal.home:A1} , " {said} {grown:A0} .
3 advice: <then>{grown:A0} <adv>[looked*|smiled*] at {pet.obj} [kindly|for a long time|over a pair of glasses] .
2 advice: " {pet.name} is [strong|young|healthy|hungry|small] , " said* the {grown.job} . " all will be well . "
2 advice: <then>{grown:A0} <adv>[helped*|told*] {hero.name:A2} [to/PART build a bed of straw|to/PART find a quiet place|to/PART be patient] .
"""

HOME = """
4 home: [in/ADP the evening|at sunset|that night|before bedtime] , {hero:A0} brought* {pet.obj:A1} to/ADP the {animal.home:A4} .
3 home: <then>{pet:A0} <adv>{went:V} to/ADP the {animal.home:A4} and [turned around once|was gone|did not look back|{cry}] .
2 home: from that day on , {pet:A0} lived* in/ADP the {animal.home:AM-LOC} near {grown.name} .
"""

# --- plot: a cake for somebody ----------------------------------------------------------

BAKE = """
4 bake: it was {grown.new:A1} 's birthday* , and {hero.name} wanted to/PART make {cake.new:A1} .
3 bake: " let us surprise* {grown.new:A1} with {cake.new} , " {hero.pro} said .
2 bake: {grown.new:A0} had never tasted* {cake.new:A1} , so {hero.name} decided to/PART make one .
2 bake: the town was [planning|getting ready for] a party* for {grown.new} , and {hero.name} promised {cake.new:A1} .
"""

NEED = """
4 need: for that , {hero.pro} needed* {food.new:A1} and {food2.new:A1} .
3 need: the [recipe|cookbook|old recipe] asked* for {food.new:A1} and {food2.new:A1} .
2 need: <then>{hero:A0} <adv>[opened the cupboard|looked around the kitchen] and took* out/ADP {food.new:A1} and {food2.new:A1} .
"""

MIX = """
4 mix: <then>{hero:A0} <adv>[mixed*|stirred*|warmed*|weighed*] {food.the:A1} while {friend.name} [held the bowl|read the recipe|washed the dishes|lit the oven|sang loudly] .
3 mix: first/ADV came* {food.the:A1} , then {food2.the} .
3 mix: <then>{friend:A0} <adv>[spilled*|dropped*|tasted*|nearly forgot*] {food2.the:A1} , and both of them laughed .
2 mix: " do not forget* {food2.the:A1} ! " {cried} {friend:A0}<voice> .
"""

OVEN = """
4 oven: then {the_cake:A1} went* into the oven .
3 oven: <then>{both:A0} <adv>[watched*|waited*] [through the little window|by the oven|at the table|in/ADP the garden] until {the_cake} was [ready|golden|done] .
2 oven: soon the whole [house|street|kitchen] smelled* of {cake.noun} .
2 oven: after {number} minutes , {the_cake:A1} was [ready|golden|done] .
"""

PARTY = """
4 party: " happy birthday* , {grown.again} ! " [they sang|they shouted|cried {hero.name}|cried {friend.name}] .
3 party: <then>{both:A0} <adv>carried* {the_cake:A1} to/ADP {grown.again:A2} .
3 party: in/ADP the [evening|afternoon] , {grown.again:A0} opened* the door and saw {the_cake:A1} .
2 party: {the_cake:A1} was for {grown.again:A2} , and nobody else was allowed* to/PART touch it .
"""

TASTE = """
3 taste: <then>{grown.name:A0} <adv>took* a [big|small|careful|second] bite . " [delicious|wonderful|my favorite|how sweet] ! " {grown.pro} said .
3 taste: <then>{grown.name:A0} <adv>[ate*|tasted*] one piece , then another , [and then a third|until it was gone|with a big spoon] .
2 taste: it tasted* of {food.bare} and {food2.bare} .
2 taste: <then>{grown.name:A0} was so {happy} that {grown.pro} [hugged them both|began to/PART sing|could not speak|danced around the table] .
"""

# --- plot: a contest ------------------------------------------------------------------------

RACE = """
4 race: today was* the day of the [great|yearly|famous] {contest.new} .
3 race: the whole town was talking* about the {contest.new} .
2 race: <then>{hero:A0} had [practiced*|trained*] for the {contest.new} since {month} .
2 race: " will you come* to/ADP the {contest.new} ? " {hero.pro} asked everybody .
"""

RIVALS = """
4 rivals: {friend.new:A0} and {other.new:A0} wanted* to/PART [win|take part|be first] , too .
3 rivals: {hero.her} [greatest|only|oldest] rivals were* {friend.new:A1} and {other.new:A1} .
2 rivals: at the start stood* {friend.new:A0} , {other.new:A0} , and {hero.name} .
"""

JUDGE = """
4 judge: {grown.new:A0} , the {grown.job.new} , [blew* a whistle|waved* a flag|rang* a bell|counted* to/ADP three|was* the judge] .
3 judge: the prize was* {thing.new:A1} , and {grown.new:A0} , the {grown.job.new} , was the judge .
2 judge: {grown.new:A0} , the {grown.job.new} , explained* the rules [twice|slowly|with a loud voice|and wished them luck] .
"""

EFFORT = """
4 effort: <then>{anyone.a:A0} <adv>{strain} , but {anyone.b} {strain2}<tail> .
3 effort: [at first/ADV|for a moment|after a minute|halfway] , {anyone.a:A0} was* in/ADP front , and then {anyone.b} .
2 effort: <then>{anyone.a:A0} <adv>{strain}<tail> .
2 effort: [people clapped|the crowd cheered|somebody shouted|everyone held their breath] when {anyone.a:A0} {strain}<tail> .
"""

WIN = """
4 win: in/ADP the end , {winner:A0} won* .
3 win: " the winner is* {winner:A1} ! " [called|announced|said] {grown.name} .
2 win: nobody could catch* {winner:A1} .
2 win: <then>{winner:A0} was [faster|better|luckier|stronger] than all the others and won* .
"""

PRIZE = """
4 prize: <then>{grown.again:A0} <adv>gave* the prize to/ADP {winner.right:A2} .
3 prize: " this is for you , {winner.right} , " {said:V} {grown.again:A0} .
3 prize: <then>{grown.again:A0} shook hands* with {winner.right:A2} .
2 prize: <then>{winner.right:A0} <adv>[climbed* onto a chair|bowed* to/ADP the crowd|waved* at everyone|could hardly believe* it] .
"""

CHEER = """
3 cheer: <then>{loser.name:A0} was [a little|a bit|not at all] {sad} , but [clapped*|cheered*] all the same .
3 cheer: <then>{all:A0} [shook* hands|went* for lemonade|laughed* about it|carried* the flags home] .
2 cheer: " next year I will win* , " {said} {loser.name:A0} .
2 cheer: <then>{winner.name:A0} <adv>shared* the prize with {loser.name:A2} .
"""

# --- endings ---------------------------------------------------------------------------------

FEELING = """
4 feel: <then>{hero:A0} was [very|so|truly|rather|] {happy} .
2 feel: <then>{hero:A0} felt* {happy} and [a little tired|quite warm|very hungry|a bit sleepy] .
2 feel: <then>{hero:A0} was so {happy} that {hero.pro} [danced*|laughed*|sang*|skipped*] [all the way home|around the room|until bedtime|down the street] .
1 feel: never had {hero.name} been* so {happy} .
"""

FAREWELL = """
3 bye: <then>{friend.again:A0} <adv>[waved*|went* home|said* goodbye|laughed*] [and {hero.name} waved back|at last|with a yawn|in/ADP the doorway] .
2 bye: " see you [tomorrow|on {day}|next week|soon] , " {said:V} {friend.again:A0} .
2 bye: {hero.name:A0} thanked* {friend.again:A1} [for everything|with a hug|many times|before going home] .
"""

CLOSING = """
5 end: </s>/X
2 moral: what/DET a day !
2 moral: that night , {hero.name} slept* [well|deeply|like a log|without a dream|with a smile] .
1 moral: and {hero.name} never forgot* that day .
1 moral: [everybody|all of Littletown|the whole town] talked* about it [for weeks|for days|the next morning] .
2 moral: when {hero.name} told* {giver} about it , {giver.pro} [laughed|smiled|was amazed|shook a finger] .
"""

STOP = """
1 end: </s>/X
"""
