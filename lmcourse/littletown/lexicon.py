"""The part of speech of every word of Littletown (chapter 0).

Universal Dependencies' tags (Nivre et al. 2016). Where a word can be two things, this is
the commoner one, and the pattern that means the other says so (``to/PART``).
"""

_TAGS = {
    "ADJ": r"""
        afraid alone amazed asleep awake bad beautiful best better big biggest
        black blind blue boiled bored brand brave bright broken brown busy calm
        careful carved cheerful clean clear clever close cold colorful covered
        crooked crumpled curious dark dear decorated deep delicious delighted dim
        dirty disappointed dizzy done dreamy dusty easy else empty endless excited
        faint fallen famous fat favorite few first fishy flat foggy folded
        forgetful forgotten fresh friendly front full fun funny gentle glad gloomy
        golden gone good gray great greatest green happy hard healthy heavy
        helpful hidden high highest hoarse hollow homemade honest hot huge hungry
        impatient joyful kind knitted known last late lazy little living lonely
        long longest lost loud lovely low lowest luckier lucky many marvelous
        merry mild miserable mossy muddy narrow nervous new next nice noisy old
        oldest open orange other painted pale patient peculiar perfect pink plain
        playful pleased polished polite poor pretty proud purple quick quiet rainy
        ready red restless ripe rotten round rusty sad safe salty same sandy
        second secret serious shady shaggy shaky shallow sharp shiny short shy
        sick silent silly silver sleepy slippery slow sly small smooth snowy soft
        solemn sore sorry splendid spotted steep sticky stormy strange stray
        striped strong stronger stubborn stuck sunny sure sweet tall tangled
        terrible thick thin thirsty thrilled tidy tiny tired torn unhappy upset
        warm weak wet white whole wide winding windy wonderful wooden woolen
        worried wrong yearly yellow young
    """,
    "ADP": r"""
        about above across after against along around at before behind beside
        between by down for from in into like near of on onto over past since
        through to under until up with without
    """,
    "ADV": r"""
        again ahead almost already always anywhere away back badly boldly bravely
        busily calmly carefully cheerfully clumsily deeply dreamily eagerly early
        even everywhere far fast faster finally forever freshly gently gladly half
        halfway happily hardly hastily here higher home how indeed just kindly
        later lazily loudly luckily maybe meanwhile more much nearby nearly neatly
        nervously never newly now nowhere off often once only out outside
        patiently politely proudly quickly quietly quite rather really right
        secretly silently simply sleepily slowly so softly somewhere soon still
        straight suddenly then there today together tomorrow tonight too truly
        twice very where yet
    """,
    "AUX": r"""
        am are be been can cannot could did do had has have is may shall should
        was were will would
    """,
    "CCONJ": r"""
        and but
    """,
    "DET": r"""
        a all an both each every no some that the this what
    """,
    "INTJ": r"""
        goodbye hello hey please yes
    """,
    "NOUN": r"""
        accordion acorns adventure afternoon air almond amber anchors animals ape
        apple apples apron armchair armor arms atlas attic aunt badge badger
        badminton bag baker bakery balconies ball balloon balloons banana band
        bandstand bank barge barges bark barn barns barrel barrels bars basket
        baskets bat batter beach beans bear bears beast beaver bed bedroom bedtime
        bee beekeeper bees beetle beetles bell bells belt bench benches berries
        berry bicycle bird birds birthday biscuit bite blackberries blanket
        bluebell bluebells boat boats body bone bones book books boots bottle bow
        bowl bowls box boxes boy boys bracelet branches bread breakfast breath
        breeze bridge bridges brother brush bubbles bucket bun bunch buns buoy
        burrow bush butter buttercup buttercups butterflies butterfly button
        buttons cabbages cage cake calf calves camel candle cap captain captains
        cards care carousel carpenter carpets carrot carrots cart carts casserole
        castle cat cats chain chair chalk chance chapel cheeks cheese cheeses
        cherries cherry chest chestnut chestnuts chicken chickens child children
        chimney chimneys chin chocolate choir church cinnamon circles city clinic
        clock clockmaker cloth clothes cloud clouds clover clown coat coats cocoa
        coin coins collar color comb comic company compass contest cook cookbook
        cookie cookies coop corks corn corner cough counter courage course cousin
        cow cows crab crabs cradle cranes crate crates crayon cream creature
        cricket crickets crocodile crossing crossword crow crowd crown crows
        crumbs crusts cuckoo cup cupboard cups curiosity currants curve cushion
        dairy daisies daisy dam dandelions day days deer delight den desk diaries
        diary dinner dinosaur dishes distance ditch ditches diver divers doctor
        dog dogs doll dolphin donkey door doors doorstep doorway doubt dragon
        dragonflies dragons drawer dream driftwood drops drum drummer drummers
        drums duck duckling ducks dust eagles ear ears earth edge eels effort egg
        eggs elbows elephants elm end evening eyes face faces farm farmer father
        fawn feather feathers feet fence fences ferns ferries fiddler fields fig
        figs figures finger fingers finish fireplace fish fisherman fishermen flag
        flags flakes flea flies flour flower flowers flute fly fog folk food foot
        forehead forest fort fountain fox foxes friend friends frog frogs frost
        frown game garden gardener gardens gate gates geese giggle giraffe
        giraffes girl girls glass glasses glider globe glove gloves goat goats
        goose gooseberries gorilla gosling grandfather grandmother grass
        grasshoppers grin grinder grocer grocery guard guitar gull gulls gust
        gutters hall hallway hammock hamster hand hands harbor hare hat hats hay
        haystack hazelnuts headstand hearts heat hedge hedgehog hedges helmet hen
        henhouse hens herbs hill hills hippos hole honey hood hoop hooves
        hopscotch horn horse horses hour house houses hut hutch ice icicles idea
        iris island islands jacket jam jar jay jigsaw joke jokes joy judge juggler
        juice kangaroo kennel kettle key king's kiss kitchen kite kites kitten
        knee knees knife knight's knights ladder ladybug ladybugs lake lamb lambs
        lamp lamppost lamps lane lanes lantern larks lasagna laugh leapfrog leaves
        leg legs lemon lemonade lemons lemurs letter letters lettuce levers
        librarian library lid light lighthouse lightning lights lily line lion
        lizard lizards llama loaf log logs lot luck lullaby lunch machine magazine
        magician magnet magpie mammoth man map maple marble marbles march marigold
        mark market marsh mask masks masts matter mattress mayor maypole meadow
        meadows meal medal melody melon melons metal middle milk mill miller mind
        minute minutes mirror mist mittens moat moles moment monkeys months mood
        morning moss moth mother mouse mud muffin muffins mummy museum mushrooms
        musician musicians nail name necklace neighbor nest nets nettles newspaper
        newspapers newt niche night nightingale nod noise noon nose note notebook
        nurse nut nuts oak oaks oar office oil omelet onions orchard orchards
        others otter otters oven owl owls packet pages paint painter pair pancakes
        pansy paper parade park parrot parrots part party passengers pasture path
        paths patience pause peach peaches pear pears peas pebble pebbles pencil
        penguins people pepper photo photos piano picture pictures pie piece pier
        pigeon pigeons piglet pigs pillow pilot pilots pinch pineapple pinecones
        pinwheel pirate's pirates pizza place plan plate plates playground
        pleasure plum plums pocket pockets poem policeman pond ponds ponies pony
        popcorn poppies poppy porridge post postcards postman posts pot potatoes
        pots potter present pretzel pretzels pride prize promise pudding puddles
        pumpkins puppet puppeteer puppets puppy purse puzzle python question
        rabbit rabbits race radio radish radishes raft railway rain raspberries
        rattle recipe reeds rest rhyme ribbon ribbons rice riddle ring rings
        rivals river road robot robots rocket rockets rocks roll rolls roof roofs
        rooftops room rooster root roots rope ropes rose roses row rug rules sack
        sailor sailors sails salad salt sand sandcastle sandwich sausage scarf
        school schools scooter sea seal seals seat seeds seesaw shade shadows shed
        sheds sheep shelf shell shells shelter shield ship ships shirt shoe shoes
        shop shopkeeper shops shrug shutters side sigh sight signs singer sister
        skeleton skis sky sleds sleeves slice slide slope smell smile smiling
        smoke snack snail snails snow snowdrop snowman soccer sock socks sofa
        soldier soldiers song sound soup sparrow sparrows spices spider spies
        spoon spoonful spoons spots square squares squirrel stable stables
        staircase stairs stall stalls stamp starfish stars start statue steps stew
        stick sticks stone stones stories storm storms story storyteller stove
        stranger straw strawberries stream street streets string strokes strudel
        studio sty sugar suitcase sun sunflower sunset supper swallows swan swans
        sweater sweep swimming swing swings sword table tadpoles tag tail tailor
        tailor's tart tea teacher teapot teddy telescope tent tents thing thistle
        thistles thunder thyme tiger tiles time times tin tire tires toast toes
        tomatoes top toss tourist tourists towel tower towers town toy toys track
        tracks tractor train trains tram trampoline treasure tree trees trick
        truck trumpet trumpeter trunk trunks tugboats tulip tulips tune tunnel
        turkeys turnips turns turtle umbrella umbrellas uncle usual valley vanilla
        vase verse view village violet violin visit voice voices volcanoes waffle
        wagon wagons wall walls walnut walnuts walrus waltz wardrobe wasps watch
        water waves wax way wear webs weeds week weeks well wells whale whales
        wheel wheelbarrow wheels whistle willow wind window windows wink winner
        wires wish witches woman wood woodpecker word worker workers workshop worm
        worms wreath yard yawn year yeast zebras zoo
    """,
    "NUM": r"""
        eight five four hundred nine one seven six ten third three twelve twenty
        two
    """,
    "PART": r"""
        's not
    """,
    "PRON": r"""
        I another everybody everyone everyone's everything he her him his it its
        me my nobody she somebody their them they us we who you your
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
        although as because than when while
    """,
    "VERB": r"""
        added admired agreed allowed announced answered arrived ask asked ate bake
        barked beat became began believe bent bit blazed bleated blew blinked
        blushed boomed borrow borrowed bought bouncing bowed brayed bring brought
        brushed build building built bumped burp buttoned buy call called came
        carried carry carrying catch caught change changed chased chasing
        chattered cheered chewed chirped choose chopped chopping circled clapped
        climbed closed clucked collected come coughed counted crashed creaked
        crept cried croaked curled dance danced decided declared disappeared dived
        doing dozed drank drawing dreamed drew drifted drinking dripped dropped
        drummed drying dug eat eating echoed enjoying exclaimed explained faded
        fed feeding feel fell felt fetch fetched filled find fished fixing flashed
        flew flickered floated flying foamed follow followed forget forgot found
        froze gathered gave get getting gleamed glittered glowed go gobbled going
        got greeted grew grinned growing growled grunted guess gurgled hammered
        handed hate hear heard held help helped hid hide hissed honked hooted hop
        hopped howled hug hugged hum hummed hung hurried hurry hurt ignoring
        inquired itch juggle jumped jumping keep kicked knew knitting knock
        knocked know knows laid laughed lay leaned learning leave left lent let
        listen listened listening lit lived look looked looking looks love made
        make making marched mending meowed met miss missed mixed mooed move moved
        mumbled murmured named need needed needs nodded notice opened overflowed
        packing paddled paid passed patted pattered peeling picked picking placed
        planning play played playing pointed poured practiced pressed promised
        pulled pushed put quacked raced raking ran rang rattled reached read
        reading remarked remember remembered repeated replied rested riding roared
        rode rolled rowed rubbed run running rushed said sailed sang sat saw
        scratched searched see seek seen set shared shivered shone shook shouted
        show showed shrugged sighed sing singing sitting skipped skipping slammed
        sleep slept slid slipped smelled smells smiled sneeze sneezed snuffled
        soaked sounded sounds sparkled speak spilled splashed spun squawked
        squeaked stand stared stay stayed steered stirred stirring stood stop
        stopped straightened stroked strolled struck stumbled surprise swallowed
        swam sweeping swept swim swinging take taken talked talking tasted tastes
        thank thanked think thinking thought threw tidying tied tiptoed told took
        tore touch trained trembled trickled trotted trying tumbled turn turned
        vanished visiting waded wait waited waiting walked walking wandered want
        wanted wants warmed washed washing watched watching watered watering waved
        weighed went whirled whispered whistled win winked wiped wished woke won
        wondered worry wrapped yawned yelled
    """,
    "X": r"""
        </s> adj
    """,
}
LEXICON = {word: tag for tag, words in _TAGS.items() for word in words.split()}
