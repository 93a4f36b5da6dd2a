"""The part of speech of every word of Littletown (chapter 0).

Universal Dependencies' tags (Nivre et al. 2016). Where a word can be two things, this
is the commoner one, and the pattern that means the other says so (``to/PART``).
"""

_TAGS = {
    "ADJ": r"""
        amazed ancient asleep awake bad beautiful best better big biggest black
        blind blue boiled bored brave bright broken brown burnt busy calm calmer
        careful carved cheerful clean clear clever close closed cold colorful
        cozy crisp crooked crumpled curious dark dear deep delighted dim dirty
        disappointed dizzy done dreamy dry dusty easy empty endless excited
        faint fallen famous fat favorite first fishy flat foggy folded forgetful
        forgotten fresh friendly full fun funny gentle glad gloomy golden gone
        good gray great greatest green growing happy hard heavy helpful hidden
        high highest hoarse hollow homemade honest hot huge hungry impatient
        impressed jealous joyful juicy kind knitted known last late lazy little
        lonely long longest loud lovely low lowest luckier lucky marvelous merry
        mild miserable mossy muddy narrow nervous new next nice noisy old oldest
        open orange other painted pale patient peculiar perfect pink plain
        playful pleased polite poor pretty proud purple quick quiet rainy ready
        red restless ripe rotten round rusty sad safe salty sandy second secret
        serious shady shaggy shaky shallow sharp shiny short shy sick silent
        silly silver sleepy slippery slow sly small smallest smooth snowy soft
        solemn sore sorry sour splendid spotted steep sticky stormy strange
        stray striped strong stronger strongest stubborn stuck sunny sweet tall
        terrible thick thin third thirsty thrilled tidy tiny tired torn
        unhappy upset usual warm weak wet white whole wide winding windy
        wonderful wooden woolen worried wrinkled wrong yearly yellow young
    """,
    "ADP": r"""
        about above across after against along around at before behind beside
        between by down for from in into like near of off on onto opposite out
        over past since than through to towards under until up with without
    """,
    "ADV": r"""
        again almost already always away back badly boldly bravely busily calmly
        carefully cheerfully clumsily dreamily eagerly early even far fast
        faster finally forever freshly gently gladly half happily hardly hastily
        here higher home just later lazily less loudly luckily maybe more much
        nearly neatly nervously newly now often once only outside patiently
        politely proudly quickly quietly quite rather really right secretly
        silently simply sleepily slowly so softly soon still suddenly then there
        together tomorrow too truly twice very where yet
    """,
    "AUX": r"""
        am are be can cannot could did do is may shall should was were will
        would
    """,
    "CCONJ": r"""
        and but
    """,
    "DET": r"""
        a all an another both every no some that the this what
    """,
    "INTJ": r"""
        hello hey please welcome yes
    """,
    "NOUN": r"""
        accordion acorns adventure afternoon air almond amber anchors ape apple
        apples apron armchair armor arms atlas attic aunt backpack badge badger
        badminton bag baker bakery balconies ball balloon balloons banana band
        bandstand bank barge barges bark barn barns barrel barrels bars basket
        baskets bat batter beach beans bear bears beaver bed bedroom bedtime bee
        beekeeper bees beetle beetles bell bells belt bench benches berries
        berry bicycle bird birds birthday biscuit bit bite blackberries blanket
        bluebell bluebells boat boats bone bones book books boots bottle bow
        bowl bowls box boxes boy boys bracelet branches bread breakfast breath
        breeze bridge bridges brother brush bubbles bucket bun bunch buns buoy
        burrow butcher butter buttercup buttercups butterflies butterfly button
        buttons cabbages cage cake calf calves camel canary candle cap captain
        captains cards care carousel carpenter carpets carrot carrots cart carts
        castle cat cats chain chair chalk chance chapel charm cheeks cheese
        cheeses cherries cherry chest chestnut chestnuts chicken chickens child
        children chimney chimneys chin chocolate choir church cinnamon circles
        clock clockmaker clothes cloud clouds clover clown coat coats cocoa coin
        collar color comb comic company compass contest cook cookbook cookie
        cookies coop corks corn corner cough courage course cow cows crab crabs
        cradle cranes crate crates crayon cream cricket crickets crocodile
        crossword crow crown crows crumbs crusts cuckoo cup cupboard cups
        curiosity currants curve cushion dairy daisies daisy dam dandelions day
        deer delight den desk diaries diary dinner dinosaur dishes ditch ditches
        diver divers doctor dog dogs doll dolphin donkey door doors doubt dragon
        dragonflies dragons drawer dream driftwood drops drum drummer drummers
        drums duck duckling ducks dust eagles ears earth eels effort egg eggs
        elbows elephants elm end evening eyes face faces farm farmer father fawn
        feather feathers feet fence fences ferns ferries fiddler fields fig figs
        figures fingers finish fireplace fish fisherman fishermen flag flags
        flakes flea flies flour flower flowers flute fly fog food foot forehead
        forest fort fountain fox foxes friend frog frogs front frost frown game
        garden gardener gardens gate gates geese giggle giraffe giraffes girl
        girls glass glider globe glove gloves goat goats goose gooseberries
        gorilla gosling grandfather grandmother grass grasshoppers grin grinder
        grocer grocery guard guitar gull gulls gust gutters hall hallway hammock
        hamster hand hands harbor hare hat hats hay haystack hazelnuts headstand
        hearts heat hedge hedgehog hedges helmet hen henhouse hens herbs hill
        hills hippos hole honey hood hoop hooves hopscotch horn horse horses
        hour hours houses hut hutch ice icicles idea iris island islands jam jar
        jay jigsaw joke joy judge jug juggler juice kangaroo kennel kettle key
        king's kitchen kite kites kitten knee knees knife knight's knights
        ladder ladybug ladybugs lake lamb lambs lamp lamppost lamps lane lanes
        lantern larks laugh leapfrog leather leaves leg legs lemon lemonade
        lemons lemurs letter letters lettuce levers librarian library lid light
        lighthouse lightning lights lily line lion living lizard lizards llama
        loaf log logs lot luck lullaby lunch machine magazine magician magnet
        magpie mammoth man map maple marble marbles march marigold market marsh
        mask masks masts mattress mayor maypole meadow meadows medal melody
        melon melons milk mill miller minutes mirror mist mittens moat moles
        moment moments monkeys mood morning moss moth mother mouse mud muffin
        muffins mummy museum mushrooms musician musicians nail name necklace
        neighbor nest net nets nettles newspaper newspapers newt niche night
        nightingale nod noise noon nose note notebook nurse nut nuts oak oaks
        oar objection oil onions orchard orchards others otter otters oven owl
        owls packet pages paint painter pancakes pansy paper parade parcel park
        parrot parrots part passengers passing pasture path paths patience pause
        peach peaches pear pears peas pebble pebbles pencil penguins people
        pepper photo photos piano picture pictures pie piece pier pigeon pigeons
        piglet pigs pillow pilot pilots pinch pineapple pinecones pinwheel
        pirate's pirates place plan plate plates playground pleasure plum plums
        pocket pockets poem policeman pond ponds ponies pony popcorn poppies
        poppy porridge post postcards postman posts pot potatoes pots potter
        present pretzel pretzels pride prize promise pudding puddles pumpkin
        pumpkins puppet puppeteer puppets puppy purse puzzle python question
        rabbit rabbits race radio radish radishes raft railway rain raspberries
        rattle recipe reeds rest rhyme ribbon ribbons rice riddle ring rings
        rivals river road robot robots rocket rockets rocks roll rolls roof
        roofs rooftops room rooster root roots rope ropes rose roses rug sack
        sailor sailors sails salt sand sandcastle sandwich sausage scarf school
        schools scooter sea seal seals seat seeds seesaw shade shadows shed
        sheds sheep shelf shell shells shelter shield ship ship's ships shirt
        shoe shoes shop shopkeeper shops shrug shutters side sigh sight signs
        silence singer singing sister skeleton skis sky sleds sleeves slice
        slide slope smell smile smoke snail snails snake snow snowdrop snowman
        soccer sock socks sofa soldier soldiers song sound soup sparrow sparrows
        spices spider spies spoon spoonful spoons spots square squares squirrel
        stable stables staircase stairs stall stalls stamp starfish stars statue
        steps stick sticks stone stones store storm storms story storyteller
        stove stranger straw strawberries stream street streets string strokes
        strudel sty sugar suitcase sun sunflower sunset supper surprise swallows
        swan swans sweater sweep swimming swing swings sword table tadpoles tag
        tail tailor tart tea teacher teapot teddy telescope tent tents thing
        thistle thistles thunder thyme tiger tiles time tin tire tires toast
        toes tomatoes top tortoise toss tourist tourists towel tower towers town
        toy toys track tracks tractor train trains tram trampoline treasure tree
        trees trick truck trumpet trumpeter trunk trunks tugboats tulip tulips
        tune tunnel turkeys turnips turns turtle umbrella umbrellas uncle valley
        vanilla vase verse view village violet violin voice voices volcanoes
        waffle wagon wagons wall walls walnut walnuts walrus waltz wardrobe
        wasps watch water waves wax way webs weeds well wells whale whales wheel
        wheelbarrow wheels whistle willow wind window windows wink winner wires
        witches wood woodpecker word worker workers worm worms wreath yard yawn
        yeast zebras zoo
    """,
    "NUM": r"""
        eight fifteen five four hundred nine one seven six ten thirty three
        twelve twenty two
    """,
    "PART": r"""
        's not
    """,
    "PRON": r"""
        I everyone everyone's he her him his it me my nobody she somebody them
        they us we who whose you your
    """,
    "PROPN": r"""
        April August December February Friday January July June Littletown March
        May Monday November October Saturday September Sunday Thursday Tuesday
        Wednesday
    """,
    "PUNCT": r"""
        ! " , . : ?
    """,
    "SCONJ": r"""
        as when while
    """,
    "VERB": r"""
        added admired agreed announced answered appeared argued arrived ask
        asked ate barked beat became began begged believe bent blazed bleated
        blew blinked blushed boomed borrow borrowed bought bouncing brayed bring
        brought brushed building built bumped burp buttoned buy call called came
        carried carry carrying catch caught changed chased chasing chattered
        cheered chewed chirped choose chopped chopping chose circled clapped
        cleaned climbed clucked collected come comforted coughed counted covered
        crashed creaked crept cried croaked curled cut dance danced decided
        declared decorated disappeared discovered dived doing dozed drank
        drawing dreamed drew dried drifted drinking dripped dropped drummed
        drying dug eat eating echoed enjoying examined exclaimed faded fed
        feeding feel fell felt fetch fetched filled find fished flashed flew
        flickered floated foamed follow followed forget forgot fought found
        froze gathered gave get give gleamed glittered glowed go going got
        grabbed greeted grew grinned growled grunted guess gurgled had hammered
        handed has hate have hear heard held helped hid hide hiding hissed hold
        honked hooted hop hopped howled hugged hum hummed hung hurried hurry
        hurt ignoring inquired itch joked juggle jumped keep kicked knew
        knitting knocked know knows laid laughed lay leaned learning leave left
        lent let licked lifted liked listen listened listening lived look looked
        looking looks lost love loved lying made make making marched measured
        mended mending meowed met mind miss missed mixed mooed moved mumbled
        murmured named need needed needs nodded notice noticed offered
        overflowed owned packed packing paddled paid passed patted pattered
        paused peeling picked picking placed planned play played playing pointed
        polished poured practiced praised prepared pressed promised pulled
        pushed put quacked questioned raced raking ran rang rattled reached read
        reading remarked remembered replied rested riding roared rode rolled
        rowed rubbed run rushed said sailed sang sat saw scratched search
        searched see seek shared shone shook shouted show showed shrugged sighed
        sing sitting skipped skipping slammed sleep slept slid smelled smells
        smiled sneeze sneezed snuffled soaked sounded sounds sparkled spilled
        splashed spun squawked squeaked stand stared started stay steered
        stepped stirred stirring stole stood stop stopped stored straightened
        stroked strolled struck stuffed stumbled swallowed swam sweeping swept
        swim swinging take talked talking tangled taste tasted tastes taught thank
        thanked think thought threw tidying tied tiptoed told took tore touched
        trained trembled trembling trickled tried trotted try trying tucked
        tumbled turn turned unpacked vanished waded wait waited waiting walked
        wandered want wanted wants warmed washed washing watched watching
        watered watering waved weighed went whirled whispered whistled win
        winked wiped wish wished woke won wondered worked worry yawned yelled
    """,
    "X": r"""
        </s>
    """,
}
LEXICON = {word: tag for tag, words in _TAGS.items() for word in words.split()}
