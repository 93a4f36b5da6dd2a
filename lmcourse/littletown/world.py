"""What there is in Littletown: names, things, places and deeds (chapter 0).

Lists are ordered from common to rare: an entry's weight falls with its rank
(``tables.zipf``). In a phrase, ``[a|b]`` is a choice, ``<flower>`` a word of that class,
and ``word/TAG`` a word with its part of speech where the lexicon's is not meant.
"""

from __future__ import annotations


def _list(text: str) -> tuple[str, ...]:
    return tuple(
        " ".join(entry.split()) for entry in text.replace("\n", " ").split(",")
    )


# --- people -------------------------------------------------------------------------

GIRLS = _list(
    """Mia, Anna, Lily, Rosa, Emma, Nora, Ella, Clara, Ruby, Ivy, Maya, Lucy, Hannah,
        Zoe, Alice, Grace"""
)
BOYS = _list(
    """Tom, Ben, Max, Leo, Sam, Finn, Jack, Noah, Oscar, Hugo, Adam, Felix, Peter, Toby,
        Daniel, Jonas"""
)
SURNAMES = _list(
    """Brown, Plum, Stone, Miller, Rivers, Fox, Green, Baker, Winter, Hill, Wood, Lamb,
        Bell, Marsh"""
)
PETS = _list(
    """Pip, Biscuit, Rusty, Pepper, Button, Snowy, Ginger, Coco, Patch, Pickle"""
)
# An open class: names put together from syllables. Their endings keep the kinds apart.
ONSETS = _list("""B, D, F, G, K, L, M, N, P, R, S, T, V, Z, Br, Dr, Gr, Pl, Sh, Tr""")
VOWELS = _list("""a, e, i, o, u""")
MIDDLES = _list("""l, n, r, m, v, d, s, b, t, nn, rr, ld, nd, lm, rt""")
GIRL_ENDINGS = _list("""a, ina, ette, elle, ia""")
BOY_ENDINGS = _list("""o, us, in, ek, or""")
PET_ENDINGS = _list("""y, oo, ums, it""")
SURNAME_ENDINGS = _list("""son, wick, berg, man, field, ley""")

FAMILY = {  # relatives of the hero, by gender
    "f": _list("""mother, grandmother, aunt, big sister"""),
    "m": _list("""father, grandfather, uncle, big brother"""),
}
JOBS = _list(
    """baker, teacher, farmer, gardener, librarian, shopkeeper, doctor, miller,
        postman, carpenter, painter, fisherman, beekeeper, clockmaker, tailor"""
)

# --- things -------------------------------------------------------------------------

COLORS = _list(
    """red, blue, green, yellow, white, brown, black, orange, purple, pink, golden,
        silver, gray"""
)
LOOKS = _list("""old, new, pretty, lovely, funny, strange, beautiful, plain""")
MATERIALS = {  # what may be said of a thing besides its color and size
    "metal": _list("""shiny, silver, golden, rusty"""),
    "cloth": _list("""soft, striped, woolen, knitted"""),
    "wood": _list("""wooden, painted, carved, polished"""),
    "paper": _list("""paper, folded, crumpled, colorful"""),
    "round": _list("""round, smooth, spotted, heavy"""),
}
THINGS = dict(  # thing -> material, from common to rare
    entry.split(":")
    for entry in _list(
        """ball:round, kite:paper, doll:cloth, book:paper, whistle:metal, drum:wood,
        key:metal, top:wood, boat:wood, hat:cloth, coin:metal, puppet:wood, scarf:cloth,
        train:wood, letter:paper, ring:metal, marble:round, watch:metal, teddy:cloth,
        map:paper, rope:cloth, truck:wood, flute:wood, shell:round, cap:cloth,
        robot:metal, button:round, feather:round, balloon:round, bell:metal, mirror:metal,
        lantern:metal, medal:metal, mask:paper, necklace:metal, trumpet:metal,
        photo:paper, brush:wood, rattle:wood, purse:cloth, compass:metal, ribbon:cloth,
        pebble:round, notebook:paper, stamp:paper, pencil:wood, crown:paper,
        bracelet:metal, magnet:metal, puzzle:wood, rocket:paper, globe:round,
        dragon:paper, glove:cloth, candle:round, diary:paper, pinwheel:paper, spoon:wood,
        hoop:wood, badge:metal, violin:wood, telescope:metal, crayon:round, comb:wood"""
    )
)
BOXES = _list(
    """basket, box, drawer, bag, cupboard, chest, bucket, jar, pot, trunk, barrel,
        suitcase, sack, tin, crate, wardrobe, vase, teapot, wheelbarrow, kettle"""
)
HIDING = _list(
    """bed, table, bench, chair, sofa, rug, blanket, pillow, stove, cushion, mattress,
        armchair, ladder, cradle"""
)
BOX_LOOKS = _list("""old, big, small, wooden, heavy, blue, red""")
NEVER_WOODEN = _list(
    """bag, sack, tin, jar, vase, rug, blanket, pillow, cushion, mattress, kettle, teapot,
        sofa"""
)
FOODS = {  # plural, as one asks for it
    **dict.fromkeys(
        _list(
            """eggs, apples, carrots, lemons, pears, onions, potatoes, cherries, tomatoes, plums,
        buns, mushrooms, nuts, pancakes, cookies, peaches, muffins, beans, turnips,
        radishes, figs, walnuts, pretzels, rolls, cabbages, melons"""
        ),
        "count",
    ),
    **dict.fromkeys(
        _list(
            """bread, milk, butter, honey, flour, cheese, sugar, jam, rice, salt, tea, soup,
        cream, yeast, cocoa, oil, fish, pepper"""
        ),
        "mass",
    ),
}
MEASURES = {
    "bread": "a loaf of",
    "milk": "a bottle of",
    "butter": "a piece of",
    "honey": "a jar of",
    "flour": "a bag of",
    "cheese": "a piece of",
    "sugar": "a bag of",
    "jam": "a jar of",
    "rice": "a bag of",
    "salt": "a pinch of",
    "tea": "a tin of",
    "soup": "a bowl of",
    "cream": "a cup of",
    "yeast": "a packet of",
    "cocoa": "a tin of",
    "oil": "a bottle of",
    "fish": "a plate of",
    "pepper": "a packet of",
}
NUMBERS = _list("""two, three, four, five, six, seven, eight, nine, ten, twelve""")
CAKES = _list("""cake, pie, pudding, tart, strudel, loaf""")
ANIMALS = _list(
    """rabbit, kitten, puppy, bird, duckling, hedgehog, squirrel, lamb, frog, mouse,
        turtle, goat, owl, fawn, hen, parrot, piglet, donkey, hamster, beaver, swan, calf,
        badger, otter, gosling, sparrow"""
)
ANIMAL_SIZES = _list("""little, small, tiny, young, thin, lost""")
ANIMAL_COLORS = _list("""brown, white, gray, black, spotted""")
CRIES = {  # what an animal says, as a verb
    "rabbit": "squeaked",
    "kitten": "meowed",
    "puppy": "barked",
    "bird": "chirped",
    "duckling": "quacked",
    "hedgehog": "snuffled",
    "squirrel": "chattered",
    "lamb": "bleated",
    "frog": "croaked",
    "mouse": "squeaked",
    "turtle": "blinked",
    "goat": "bleated",
    "owl": "hooted",
    "fawn": "trembled",
    "hen": "clucked",
    "parrot": "squawked",
    "piglet": "grunted",
    "donkey": "brayed",
    "hamster": "squeaked",
    "beaver": "splashed",
    "swan": "hissed",
    "calf": "mooed",
    "badger": "snuffled",
    "otter": "whistled",
    "gosling": "honked",
    "sparrow": "chirped",
}
HOMES = {  # where an animal sleeps in the end
    "rabbit": "hutch",
    "kitten": "basket",
    "puppy": "kennel",
    "bird": "nest",
    "duckling": "pond",
    "hedgehog": "hedge",
    "squirrel": "tree",
    "lamb": "stable",
    "frog": "pond",
    "mouse": "wall",
    "turtle": "garden",
    "goat": "shed",
    "owl": "barn",
    "fawn": "forest",
    "hen": "coop",
    "parrot": "cage",
    "piglet": "sty",
    "donkey": "stable",
    "hamster": "cage",
    "beaver": "river",
    "swan": "lake",
    "calf": "stable",
    "badger": "burrow",
    "otter": "river",
    "gosling": "pond",
    "sparrow": "nest",
}
FOODS_OF = {  # what it likes to eat
    **dict.fromkeys(_list("""rabbit, hamster, turtle, donkey, goat"""), "carrots"),
    **dict.fromkeys(_list("""kitten, puppy, lamb, fawn, calf"""), "milk"),
    **dict.fromkeys(_list("""bird, duckling, hen, swan, gosling, sparrow"""), "crumbs"),
    **dict.fromkeys(_list("""hedgehog, badger, piglet"""), "apples"),
    **dict.fromkeys(_list("""squirrel, parrot"""), "nuts"),
    **dict.fromkeys(_list("""frog"""), "flies"),
    **dict.fromkeys(_list("""mouse"""), "cheese"),
    **dict.fromkeys(_list("""owl, otter"""), "fish"),
    **dict.fromkeys(_list("""beaver"""), "bark"),
}

# --- places: preposition, and what one did there -----------------------------------

PLACES = {
    "park": _list(
        """in, played on the [swings|slide|seesaw|ropes|bars], ran around the [fountain|old
        oak|pond|statue|bandstand], fed [crumbs|seeds|bread|crusts] to the
        [ducks|pigeons|swans|geese|sparrows], climbed the [old|tall|crooked|hollow|mossy]
        [oak|elm|chestnut|willow|maple], threw a [stick|ball|ring] for a
        [big|small|brown|shaggy|spotted] dog, sat on a [green|long|shady|sunny] bench and
        ate [cherries|nuts|plums|cookies]"""
    ),
    "river": _list(
        """at, threw [stones|sticks|leaves|pebbles] into the [water|reeds|waves], built a
        [dam|raft|boat|bridge] of [branches|mud|stones|bark|straw], watched the
        [boats|ferries|otters|fishermen|swallows], waded through the
        [shallow|cold|clear|muddy|green] water, counted the
        [fish|bubbles|ducks|barges|frogs], caught a [tiny|slippery|silver|green|fat]
        [fish|frog|newt|crab]"""
    ),
    "forest": _list(
        """in, looked for [berries|mushrooms|acorns|pinecones|tracks|owls], followed a
        [narrow|winding|dark|steep|sandy] path, listened to a
        [woodpecker|cuckoo|jay|nightingale|stream], built a [hut|nest|den|tent] of
        [branches|ferns|bark|leaves|moss], picked
        [ferns|raspberries|bluebells|mushrooms|hazelnuts], climbed over
        [fallen|mossy|rotten|slippery] [trunks|logs|rocks|roots]"""
    ),
    "beach": _list(
        """on, dug a [deep|wide|round|secret] [hole|well|tunnel|moat], built a
        [sandcastle|tower|wall|ship] with [shells|feathers|pebbles|flags], looked for
        [crabs|shells|starfish|amber|driftwood], jumped over the
        [waves|ropes|ditches|nets], drew [pictures|letters|hearts|circles|ships] in the
        sand, collected [white|smooth|pink|broken|shiny] [shells|pebbles|corks|stones]"""
    ),
    "playground": _list(
        """on, took turns on the [slide|swing|trampoline|scooter], played [hide and
        seek|marbles|hopscotch|leapfrog|soccer|badminton], hopped on [one leg|both
        feet|the squares|the old tires], hung from the [bars|ropes|rings|branches], spun
        on the [carousel|wheel|tire] until/SCONJ they were [dizzy|tired|sick]"""
    ),
    "market": _list(
        """at, looked at the [stalls|cheeses|baskets|hats|spices|carpets], tasted a
        [slice|piece|bit] of [melon|cheese|sausage|pineapple|cake], listened to a
        [fiddler|singer|drummer|trumpeter|storyteller], smelled the
        [fresh|ripe|yellow|sweet] [flowers|peaches|herbs|lemons|melons], watched a
        [juggler|magician|puppeteer|potter|knife grinder]"""
    ),
    "garden": _list(
        """in, watered the [roses|beans|tulips|tomatoes|pumpkins|lettuce], pulled out the
        [weeds|carrots|thistles|radishes|nettles], chased
        [butterflies|snails|beetles|bees|lizards|grasshoppers], picked
        [strawberries|gooseberries|peas|currants|apples], sat under the
        [apple|pear|plum|cherry|walnut] tree, dug for
        [worms|treasure|potatoes|moles|bones]"""
    ),
    "hill": _list(
        """on, rolled down the [grass|slope|bank|meadow], looked at the
        [clouds|valley|roofs|stars|fields|harbor], watched the
        [sheep|goats|kites|trains|eagles|wagons], ran [against|with|before] the wind,
        picked [dandelions|thyme|clover|blackberries|poppies], flew a
        [red|paper|homemade|striped|tiny] [kite|glider|balloon]"""
    ),
    "library": _list(
        """in, read about [pirates|dragons|stars|volcanoes|whales|knights|trains], whispered
        in a [corner|niche|hallway|window seat], turned the pages of [an atlas|a big
        book|a cookbook|a picture book], borrowed a book about
        [whales|robots|witches|horses|rockets|spies], looked for a
        [thick|thin|red|torn|funny] [book|map|comic|magazine]"""
    ),
    "meadow": _list(
        """in, made a [chain|crown|wreath|bunch] of [daisies|clover|poppies|buttercups],
        caught [grasshoppers|crickets|ladybugs|bees|frogs], lay in the
        [tall|soft|wet|warm|green] grass, played [tag|catch/NOUN|leapfrog|ring toss|blind man],
        looked for [clover|mushrooms|herbs|feathers|rabbits]"""
    ),
    "lake": _list(
        """at, skipped [flat|round|gray|thin] stones, paddled in the [cold|calm|green|dark]
        water, rowed to the [island|lighthouse|far/ADJ bank|reeds|buoy], caught
        [tadpoles|fish|dragonflies|crabs|eels], fished from the [pier|rocks|bridge|boat],
        swam to the [raft|rope|steps|rocks|stairs]"""
    ),
    "farm": _list(
        """on, stroked the [horses|calves|lambs|goats|rabbits|ponies], jumped into the
        [hay|straw|leaves|corn], gathered the [eggs|apples|potatoes|pumpkins], rode on the
        [tractor|hay cart|pony|donkey|wagon], fed the
        [chickens|pigs|cows|geese|turkeys|ponies], swept the
        [barn|stable|yard|sty|henhouse]"""
    ),
    "museum": _list(
        """in, stared at the [dinosaur|whale|mammoth|bear] bones, drew [an old|a broken|a
        golden|a marble] [statue|vase|sword|crown|helmet], admired [a knight's|a king's|a
        pirate's] [armor|sword|shield|horse], tiptoed past the [mummy|skeleton|guard|wax
        figures], pressed the [buttons|levers|bells] of [an old|a noisy|a strange] machine"""
    ),
    "square": _list(
        """on, danced around the [well|fountain|statue|maypole], played
        [tag|hopscotch|bowls|marbles|cards], watched the
        [pigeons|soldiers|tourists|puppets], marched behind the
        [band|parade|soldiers|drummers], sang with the [choir|sailors|baker|musicians],
        bought [ice cream|balloons|popcorn|postcards|chestnuts] from a [cart|stall|clown]"""
    ),
    "harbor": _list(
        """in, waved to the [sailors|captains|fishermen|passengers|pilots], watched the
        [gulls|cranes|ferries|tugboats|divers], smelled the [salty|fishy|cold|fresh] air,
        counted the [masts|sails|barrels|anchors|crates], talked to a
        [captain|diver|sailor|pilot|cook] about [storms|whales|pirates|islands]"""
    ),
    "zoo": _list(
        """at, laughed at the [monkeys|penguins|parrots|seals|lemurs], stared at the
        [tiger|lion|crocodile|gorilla|python], waved to the
        [elephants|giraffes|bears|zebras|hippos], made faces at the
        [camel|llama|ape|owl|walrus], fed [leaves|carrots|fish|hay] to a
        [giraffe|camel|seal|pony|deer]"""
    ),
}
ROOMS = {
    "kitchen": _list(
        """eating [breakfast|toast|porridge|a boiled egg|an orange/NOUN], drying the
        [dishes|cups|plates|spoons|pots], peeling [potatoes|apples|carrots|onions],
        drinking [hot cocoa|tea|warm milk|lemonade|juice], stirring the
        [porridge|soup|jam|batter]"""
    ),
    "garden": _list(
        """watering the [flowers|roses|beans|lettuce], feeding the
        [birds|ducks|hens|rabbits], swinging in the [hammock|old tire|wind], raking the
        [leaves|hay|path], picking [beans|berries|peas|apples|tulips]"""
    ),
    "bedroom": _list(
        """reading a [comic|story|letter|poem|riddle], tidying the [shelf|desk|toys], drawing
        a [dinosaur|dragon|castle|ship|horse|rocket], building a
        [tower|robot|ship|castle], packing a [bag|suitcase|box], making the bed, mending a
        [sock|doll|kite|shirt]"""
    ),
    "yard": _list(
        """skipping rope, riding a [bicycle|scooter|pony], sweeping the [steps|leaves|snow],
        drawing with chalk, bouncing a ball, washing the [windows|bicycle|dog], chopping
        [wood|branches]"""
    ),
    "attic": _list(
        """looking through old [boxes|letters|clothes|photos|books], trying on old
        [hats|coats|shoes|masks], chasing a [moth|mouse|bat|fly], reading old
        [letters|newspapers|diaries|postcards]"""
    ),
    "living room": _list(
        """playing the [piano|flute|drums|guitar|trumpet], listening to the
        [radio|rain|clock], doing a [jigsaw|puzzle|crossword|headstand], building a
        [fort|tent|train track], learning a [poem|song|trick|dance/NOUN], knitting a
        [scarf|sock|cap|sweater]"""
    ),
}
# --- time, weather, feelings ----------------------------------------------------------

WEATHERS = _list("""sunny, rainy, windy, cold, snowy, foggy, warm, stormy""")
DAYTIMES = _list("""morning, afternoon, evening""")
DAYS = _list("""Saturday, Sunday, Monday, Friday, Wednesday, Tuesday, Thursday""")
MONTHS = _list(
    """May, June, April, July, October, December, September, March, August, November,
        January, February"""
)
HAPPY = _list(
    """happy, glad, proud, cheerful, delighted, merry, pleased, joyful, thrilled"""
)
SAD = _list("""sad, worried, unhappy, upset, sorry, disappointed, gloomy, miserable""")
TRAITS = _list(
    """kind, brave, quiet, clever, shy, curious, cheerful, careful, patient, honest,
        lazy, stubborn, polite, noisy, gentle, dreamy, forgetful"""
)
KIND = _list("""good, kind, clever, brave, helpful, dear""")
FLAVORS = _list(
    """apple, cherry, chocolate, lemon, plum, honey, carrot, walnut, almond, berry,
        vanilla, cinnamon"""
)
SHOPS = _list("""shop, bakery, mill, dairy, grocery, orchard, butcher, store""")
SKY = {  # brackets hold words that can stand for each other, <class> a list of CLASSES
    "sunny": _list(
        """the sun [shone|blazed|sparkled|glittered] [on|over|above] the <adj> <roofs>, the
        <roofs> [glowed|shone|gleamed] in the [light|sun|noon heat],
        [bees|wasps|butterflies|swallows|dragonflies] [danced|hummed|flew] over the <adj>
        <fields>, there/PRON was/VERB not a cloud above the <adj> <fields>, the shadows of the
        <roofs> grew [short|long], the [river|pond|lake|fountain] [sparkled|glittered]"""
    ),
    "rainy": _list(
        """the rain [fell|drummed|poured|pattered|splashed] [on|over] the <adj> <roofs>, the
        rain [hid|washed|soaked] the <adj> <fields>, puddles [filled|covered] the <adj>
        <fields>, drops [ran|rolled|trickled] down the [glass|walls|leaves|gutters],
        [umbrellas|snails|frogs|wet dogs] [hurried|crept|moved] past the <adj> <roofs>,
        the gutters [gurgled|dripped|overflowed]"""
    ),
    "windy": _list(
        """the wind [blew|whistled|howled|swept] [over|around] the <adj> <roofs>, the leaves
        [whirled|danced|flew] [over|across] the <adj> <fields>, the
        [trees|flags|shutters|fences|signs] [shook|creaked|rattled|trembled], a
        [hat|newspaper|feather|paper bag] [flew|sailed|tumbled] over the <adj> <roofs>,
        the clouds [raced|hurried] over the <adj> <fields>"""
    ),
    "cold": _list(
        """[frost|ice] [covered|lay on] the <adj> <roofs>, smoke [rose/VERB|curled] [above|from]
        the <adj> <roofs>, the [puddles|ponds|wells] froze, icicles hung from the <adj>
        <roofs>, everyone [hurried|ran|walked fast] past the <adj> <roofs>, the
        [sparrows|crows|pigeons] sat [still|close together] on the <adj> <roofs>"""
    ),
    "snowy": _list(
        """the snow [fell|lay|glittered] [on|over] the <adj> <roofs>, [big|soft|white|thick]
        flakes [sailed|drifted|whirled|floated] over the <adj> <fields>,
        [sleds|skis|children] [raced|slid] down the [hill|slope|lane], a snowman
        [stood|grew] beside the <adj> <roofs>, the <fields> were [white|silent|deep in
        snow]"""
    ),
    "foggy": _list(
        """the fog [lay|hung|crept|rested] [on|over|above] the <adj> <fields>, the <roofs>
        [disappeared|vanished] in the [fog|mist|gray/NOUN], [bells|voices|steps|hooves]
        [sounded|echoed] behind the <adj> <roofs>, drops hung [from|on] the
        [branches|spider webs|fences|wires], the lamps were only [pale|dim|yellow|weak]
        spots"""
    ),
    "warm": _list(
        """the [air|breeze|day] was [warm|mild|soft] above the <adj> <fields>, the
        [cats|dogs|lizards|hens] [slept|dozed|lay] beside the <adj> <roofs>, the
        [hay|clover|earth|bread] smelled [sweet|good|fresh], [crickets|birds|frogs]
        [sang|chirped|called] in the <adj> <fields>, [swallows|larks|kites] circled above
        the <adj> <roofs>"""
    ),
    "stormy": _list(
        """the thunder [rolled|growled|boomed|crashed] [over|above] the <adj> <fields>,
        lightning [flashed|flickered] [over|behind] the <adj> <roofs>, the storm
        [shook|bent|tore at|rattled] the [doors|trees|fences|windows|gates],
        [branches|tiles|baskets|signs] [fell|flew|crashed] into the <adj> <fields>, the
        [river|stream] [rose/VERB|roared|foamed], dark clouds [came|rolled] over the <adj>
        <fields>"""
    ),
}
CLASSES = {
    "roofs": """
        roofs, windows, houses, chimneys, walls, hedges, gardens, barns, bridges,
        towers, sheds, stables, balconies, shops, steps, benches, stalls, hills""",
    "fields": """
        fields, streets, meadows, valley, square, village, gardens, orchards, river,
        harbor, ponds, road, hills, forest, rooftops, marsh, pasture, lanes""",
    "adj": """
        old, little, quiet, ancient, narrow, dusty, lonely, famous, mossy, shady, wide,
        pretty, crooked, sleepy, new, small, steep, hidden, colorful, tidy, green, tall""",
    "roomy": "quiet, warm, big, little, sunny, tidy, old, cold, bright, small, cozy",
    "mark": """
        oak, well, fence, bridge, church, mill, wall, barn, statue, gate, fountain,
        tower, hedge, pond, stable, haystack, shed, lamppost, willow, chapel, orchard,
        staircase""",
    "snack": """
        apple, pear, plum, peach, bun, cookie, carrot, pretzel, nut, waffle, roll,
        radish, sandwich, banana, biscuit, muffin, fig""",
    "flower": """
        daisy, rose, tulip, poppy, violet, bluebell, lily, marigold, buttercup, iris,
        pansy, snowdrop, sunflower, thistle""",
    "creature": """
        dog, cat, crow, goose, pigeon, beetle, snail, hen, pony, spider, ladybug, fox,
        rooster, worm, moth, lizard, magpie, cricket, bee, butterfly""",
    "folk": """
        neighbor, postman, policeman, gardener, sailor, soldier, nurse, tailor,
        stranger, tourist, musician, farmer, grocer, mayor, chimney sweep, carpenter,
        clown, cook""",
    "body": """
        eyes, nose, ears, hands, knees, cheeks, chin, elbows, fingers, forehead, toes""",
    "wear": """
        shoes, coat, scarf, boots, socks, gloves, sleeves, hat, collar, pockets, hood,
        belt, sweater, mittens, shirt, apron""",
    "tune": """song, tune, melody, march, waltz, rhyme, lullaby""",
    "mood": """
        hungry, tired, thirsty, excited, cold, hot, nervous, sleepy, bored, curious,
        dizzy, full, lucky, busy, impatient""",
    "nice": """
        lovely, beautiful, wonderful, strange, perfect, great, funny, splendid,
        peculiar, terrible, marvelous, silly""",
    "matter": """
        day, morning, place, idea, story, song, noise, smell, game, color, view, cloud,
        town, dream, joke, sunset, adventure, riddle""",
    "smile": """
        smile, laugh, grin, wink, nod, yawn, shrug, sigh, giggle, cough, whistle, frown""",
    "smiling": """
        big, little, shy, friendly, secret, tired, warm, crooked, happy, quick, wide,
        small, sly, polite""",
    "voice": """
        low, loud, small, clear, soft, high, cheerful, shaky, serious, sleepy, solemn,
        gentle, hoarse""",
    "color": """
        red, blue, green, yellow, white, brown, black, orange, purple, pink""",
    "ripe": """
        ripe, big, small, sweet, sour, red, golden, fresh, warm, burnt, juicy, tiny,
        wrinkled""",
    "laden": """
        big, small, heavy, blue, red, wet, striped, strange, new, leather, torn, round""",
    "load": """
        bag, basket, book, umbrella, bucket, coat, parcel, rope, net, flag, hat, jug,
        blanket, lamp, cushion, notebook, suitcase, lantern, pumpkin, violin""",
    "pet": """
        dog, cat, pony, rabbit, canary, hen, goat, tortoise, parrot, hamster, snake""",
    "met": """met, danced, argued, played, fought, rested, sang""",
    "want": """want, wish, would like/VERB, need, am going""",
    "may": """may, can, could""",
    "some": """ten, twenty, five, fifteen, two, three, thirty""",
    "joy": """
        joy, care, pride, pleasure, patience, effort, curiosity, courage, delight, luck""",
    "beast": """
        fat, small, black, white, brown, curious, sleepy, spotted, young, striped, stray""",
    "worn": """
        old, little, small, new, wooden, green, red, tall, narrow, heavy, pretty,
        painted""",
    "looked": """
        watched, slept, listened, waited, looked on, yawned, hid, stared, passed by, ran
        off""",
    "quick": """
        quick, quiet, happy, busy, proud, calm, clever, careful, hungry, patient""",
    "great": """
        great, much/ADJ, a lot of, a little, no, some, growing, endless""",
}
SOUNDS = _list(
    """a <creature> [made a noise|woke up|ran away|scratched at a door], a
        [bell|horn|clock|whistle|trumpet] [rang|sounded], a [door|gate|window|lid]
        [slammed|creaked], a <folk> [laughed|sang|sneezed|shouted|coughed], a
        [cart|train|wagon|tram] [rattled|rolled] by, somebody [hammered|played the
        accordion|chopped wood|beat a drum|swept the stairs]"""
)
TICS = _list(
    """[hummed|whistled|sang|remembered] [a|an old|a little|a new|a silly|a sad] <tune>,
        looked [out of the window|up at the sky|at the <mark>], rubbed POSS <body>,
        thought about [lunch|supper|tomorrow|a dream|school|the sea|the <mark>],
        [tied|buttoned|straightened|brushed|warmed] POSS <wear>, scratched POSS <body>,
        [jumped over|walked around|stopped at|leaned against] the <mark>, ate a <snack>,
        drank some [water|milk|tea|juice|lemonade], counted [to ten|to a hundred|the
        <creature> tracks], watched a <creature>, waved at a <folk>, talked to a <folk>,
        [chased|followed|patted|greeted] a <creature>, found a
        [chestnut|feather|coin|shell|pebble|button|bone|nail|<flower>], picked a <flower>,
        wiped POSS <body>, pulled up POSS <wear>, [hopped|danced|stood] on one foot, felt
        [very|a little|suddenly|rather] <mood>, [smelled|wished for|dreamed of] [fresh
        bread|hot soup|roses|a <snack>|pancakes], made a
        [wish/NOUN|face|joke|plan|promise|bow], was <mood>"""
)
REMARKS = _list(
    """what a <nice> <matter>, I am [so|very|too|a bit|really] <mood>, this/PRON is a <nice>
        <matter>, I [like/VERB|love|hate|know] this <matter>, [wait for me|follow me|hurry
        up|look over/ADV there|listen to that/PRON|be careful|do not worry], I have [an idea|a
        plan|a secret|a question|a surprise|sore feet|a stone in my shoe], I could [stay
        here|sleep|eat|sing|dance|run] [forever|all day|until tomorrow], [my|your] <body>
        [hurt|are cold|are dirty|are wet|itch], there/PRON is/VERB a <creature>
        [on|behind|under|near] the <mark>, I saw a <folk> near the <mark>, it
        [smells|tastes|sounds|looks] like [a <snack>|rain|cake|snow], nobody will believe
        this/PRON, we should come here [again|more often|every day|with my uncle], you are
        [right/ADJ|funny|wrong|too slow|too loud|my best friend], that/PRON was
        [easy|hard|close|fun]"""
)
QUESTIONS = _list(
    """are you <mood>, did you [hear|see|feel|notice] that/PRON, what/PRON is that <matter>, did
        you see the <creature>, do you like/VERB the <mark>, do you have a <snack>, can you
        [whistle/VERB|swim|juggle|keep a secret|stand on one leg|see the <mark>], who is that
        <folk>, [shall|should] we [go on|stop here|turn back|have a rest], is it far, what
        time is it, are we there yet"""
)
REPLIES = _list(
    """yes, no/INTJ, maybe, not yet, I think so, of course, I do not know, not at all, a
        little, who knows, guess"""
)
CONTESTS = {
    "race": _list(
        """ran like [the wind|a hare|a deer|a horse], stumbled over a
        [stone|root|dog|rope|stick], took the [first|last|sharp|second] curve too fast,
        looked [back|left/ADV|up] for a moment, jumped over the [ditch|fence|stream|log], ran
        out of breath"""
    ),
    "sack race": _list(
        """hopped like a [frog|rabbit|flea|kangaroo], fell on [one knee|both hands|the
        grass], hopped [faster and faster|higher and higher], got stuck in the
        [sack|mud|hedge], rolled over the [grass|line|stones], laughed too much to/PART hop"""
    ),
    "swimming race": _list(
        """swam like a [fish|duck|frog|seal|dolphin], swallowed some [water|air|weeds], dived
        under the [rope|pier|boat|waves], kicked with [both|strong|tired] legs, lost sight
        of the [bank|finish|others|flag], floated for a moment"""
    ),
    "boat race": _list(
        """rowed with [long|strong|even|short] strokes, lost [an oar|a hat|a shoe], steered
        around the [rocks|reeds|buoy|swans], got tangled in the [reeds|nets|ropes], caught
        a good wind, bumped into a [buoy|post|barge|log]"""
    ),
    "singing contest": _list(
        """sang the [highest|lowest|longest|last] note, forgot the [second|third|first|last]
        verse, sang as/ADV [clear|loud|soft] as/ADP a [bell|bird|flute], began to/PART
        [cough/VERB|laugh/VERB|hum|whistle/VERB], sang with [closed eyes|open arms|red cheeks], clapped
        along"""
    ),
    "kite contest": _list(
        """let out more/ADJ string, crashed into a [tree|roof|fence|haystack], flew higher than
        the [tower|trees|swallows|church], tangled the [string|tail|ribbons], ran [against
        the wind|up the hill|in circles], caught a [gust|breeze]"""
    ),
    "pie contest": _list(
        """took another [bite|piece|spoonful], had to/PART [stop|sneeze|burp|rest/VERB], swallowed a
        [whole|huge|hot|sticky] piece, asked for [water|milk|more/ADJ|cream], chewed with
        [both|full|red] cheeks, reached for the [next|last|second|biggest] pie"""
    ),
}
LIVING = {  # singular: plural
    "bird": "birds",
    "duck": "ducks",
    "dog": "dogs",
    "cat": "cats",
    "child": "children",
    "pigeon": "pigeons",
    "horse": "horses",
    "cow": "cows",
    "goose": "geese",
    "sailor": "sailors",
    "chicken": "chickens",
    "crow": "crows",
    "worker": "workers",
    "pony": "ponies",
    "gull": "gulls",
    "fox": "foxes",
}
THINGS_AROUND = {
    "window": "windows",
    "door": "doors",
    "lamp": "lamps",
    "roof": "roofs",
    "flower": "flowers",
    "gate": "gates",
    "boat": "boats",
    "cart": "carts",
    "bench": "benches",
    "flag": "flags",
    "wheel": "wheels",
    "path": "paths",
    "barn": "barns",
    "chimney": "chimneys",
    "post": "posts",
    "tent": "tents",
}
WHERE = _list(
    """near the [old|new|big|little|stone] [well|bridge|tower|gate|mill], behind the
        [old|new|red|low|gray] [houses|barns|walls|sheds|shops], by the
        [river|lake|road|harbor|railway], next to the [schools|stables|benches|trees],
        across the [street|yard|square|pond], beside the two [towers|chimneys|oaks|ponds],
        in front of the [town hall|shops|stalls|church|library], between the two
        [hedges|fences|barns], at the end of the [lane|street|valley|bridge], close/ADV to the
        [railway tracks|old walls|market], on the other side of the
        [fences|river|hills|square]"""
)
DOING_LIVING = _list(
    """<mood>, fast asleep, looking for [food|shelter|shade|company], in a
        [good|bad|strange|playful] mood, waiting for [somebody|the sun|dinner|a <folk>],
        making a lot of noise, enjoying the day, [watching|ignoring] the
        [children|clouds|people], ready to/PART [leave|sleep|eat|play], quiet, restless,
        [half|almost|wide/ADV] awake"""
)
STATE_THINGS = _list(
    """old, new, wet, clean, dirty, [freshly|badly|newly] painted, broken, covered with
        [dust|leaves|moss|snow|mud|paint], <color>, hard to/PART [see|find|miss], [well/ADV|hardly]
        known in town, almost forgotten, decorated with [ribbons|flowers|lights|flags]"""
)

TAILS = _list(
    """[near|behind|beside|in front of|not far from] the <adj> <mark>, [again|at
        once|together|that day|right away|as/ADP usual|at last|for once|by chance|in secret],
        with <great> <joy>, while a <beast> <creature> <looked>, until/SCONJ the [bells
        rang|light faded|clock struck|sun went down|wind changed|lamps went on], for
        [two|three|five|ten|twenty] minutes, without a [word|sound|pause|plan|care|doubt],
        on the way to the <adj> <mark>"""
)
BYS = _list(
    """[near|behind|beside|in front of|not far from] the <adj> <mark>, [at once|that
        day|right away|as/ADP usual|at last|for once|in secret|just in time], with <great>
        <joy>, while a <beast> <creature> <looked>, without a
        [word|sound|pause|plan|care|doubt], [in a hurry/NOUN|in silence|in passing|in good time]"""
)
VOICES = _list(
    """with a <smiling> <smile>, in a <voice> voice, and
        [nodded|smiled|grinned|shrugged|sighed|winked|blushed|pointed at the <mark>], from
        behind the <adj> <mark>, without looking up, [softly|loudly|again|at
        last|sleepily|happily]"""
)
OPENERS = _list(
    """then, soon, after that/PRON, next/ADV, suddenly, before long, now, this time, moments
        later, of course, once more, to everyone's surprise, luckily, as always"""
)
ADVERBS = _list(
    """quickly, slowly, quietly, happily, carefully, bravely, proudly, eagerly, gladly,
        calmly, gently, cheerfully, politely, silently, secretly, busily, finally, lazily,
        nervously, neatly, hastily, patiently, dreamily, simply, clumsily, boldly"""
)
SAID = _list(
    """said, whispered, answered, called, murmured, replied, laughed, declared, mumbled,
    announced, sighed, added, remarked"""
)
CRIED = _list(
    """cried, called, shouted, laughed, exclaimed, yelled, cheered, sang, roared"""
)
ASKED = _list("""asked, wondered, whispered, cried, called, inquired, mumbled""")
WENT = _list(
    """went, walked, ran, hurried, strolled, marched, raced, skipped, wandered, rushed,
        hopped, trotted, tiptoed"""
)
NEAR = _list(
    """near, behind, beside, in front of, not far from, opposite, close/ADV to, between the
        houses and"""
)
MANNERS = _list(
    """with <great> <joy>, without a [word|sound|pause|plan|care|doubt], [again|at
        once|together|right away|as/ADP usual|for once|in secret|in a hurry/NOUN], for
        [two|three|five|ten|twenty] minutes, with <smiling> [eyes|faces|hands|steps]"""
)
HELLO = _list(
    """hello, good morning, good day, hey there, are you home, wait a moment, welcome,
        look at this/PRON, guess what/PRON, listen, there you are, surprise, what a day"""
)
INVITE = _list(
    """let us go, come with me, I want to/PART go, we should go, who wants to/PART come, I know the
        way, let me take you, we could run, shall we go"""
)
AGREED = _list(
    """agreed, nodded, said yes, smiled, did not mind, had no objection, cheered,
        clapped, shrugged, thought so too, liked the idea, was glad"""
)
WHEN = _list(
    """later, in the evening, after supper, on the way home, at sunset, an hour later,
        when it got late, before bedtime, when the clock struck
        [three|four|five|six|seven], after <some> minutes, at last, in the end, a little
        later, when the [church|school|shop|ship's] bell rang"""
)
REMINDERS = _list(
    """do not forget, be careful with, hand/VERB me, give me, I like/VERB, look at, taste, I will
        cut, we need, take"""
)
