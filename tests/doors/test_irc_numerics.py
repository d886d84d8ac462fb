"""What each command of IRC is answered, numeric by numeric, as the specifications have it.

A row is a conversation in a room #c, where alice keeps order and bob is, and carol is not: steps, parted by |, and after -> what
whoever took the last step is told by it, lines parted by |, where * is anything.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from chatroom.core.rank import Rank
from chatroom.testing import Person, World, member
from chatroom.wire.irc.talk import LEFT

ROWS = """
alice: NICK -> 431 alice :*
alice: NICK : -> 431 alice :*
alice: NICK * -> 432 alice * :*
alice: NICK bob -> 433 alice bob :*
alice: NICK BOB -> 433 alice BOB :*
alice: NICK alice ->
alice: NICK Alice -> alice!* NICK Alice
alice: USER a -> 461 alice USER :*
alice: USER a 0 * :a -> 462 alice :*
alice: PASS -> 461 alice PASS :*
alice: PASS x -> 462 alice :*
alice: PING -> 461 alice PING :*
alice: PING : -> 409 alice :*
alice: PING some:thing -> PONG irc.chatroom some:thing
alice: PING :two words -> PONG irc.chatroom :two words
alice: PONG x ->
alice: CAP -> 461 alice CAP :*
alice: CAP NONSENSE -> 410 alice NONSENSE :*
alice: NONSENSE -> 421 alice NONSENSE :*

carol: JOIN -> 461 carol JOIN :*
carol: JOIN : -> 461 carol JOIN :*
carol: JOIN c -> 403 carol c :*
carol: JOIN # -> 403 carol # :*
carol: JOIN #a:b -> 403 carol #a:b :*
carol: JOIN #c -> carol!* JOIN #c | 353 carol = #c :@alice bob carol | 366 carol #c :*
carol: JOIN #C -> carol!* JOIN #c | 353 carol = #c :@alice bob carol | 366 carol #c :*
carol: JOIN #x,#y -> carol!* JOIN #x | 353 * | 366 * | carol!* JOIN #y | 353 carol = #y :@carol | 366 carol #y :*
bob: JOIN #c ->
alice: JOIN #Tea | carol: JOIN #TEA -> carol!* JOIN #Tea | 353 carol = #Tea :@alice carol | 366 carol #Tea :*
alice: JOIN #Tea | alice: TOPIC #TEA :Hot -> alice!* TOPIC #Tea :Hot
alice: JOIN #Tea | alice: MODE #tea -> 324 alice #Tea +n | 329 alice #Tea 1700000000
alice: JOIN #Tea | alice: LIST #tEA -> 321 * | 322 alice #Tea 1 : | 323 *
alice: JOIN #Tea | alice: WHO #tea -> 352 alice #Tea alice * | 315 alice #tea :*
alice: JOIN #Tea | alice: WHOIS alice -> 311 * | 319 alice alice :@#c @#Tea | 312 * | 317 * | 318 *
alice: JOIN #Tea | alice: PART #tEa -> alice!* PART #Tea
alice: TOPIC #c :tea | carol: JOIN #c -> carol!* JOIN #c | 332 carol #c :tea | 333 carol #c alice 1700000000 | 353 * | 366 *
alice: MODE #c +k key | carol: JOIN #c -> 475 carol #c :*
alice: MODE #c +k key | carol: JOIN #c wrong -> 475 carol #c :*
alice: MODE #c +k key | carol: JOIN #x,#c y,key -> carol!* JOIN #x | 353 * | 366 * | carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +i | carol: JOIN #c -> 473 carol #c :*
alice: MODE #c +i | alice: INVITE carol #c | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +l 2 | carol: JOIN #c -> 471 carol #c :*
alice: MODE #c +b carol!*@* | carol: JOIN #c -> 474 carol #c :*
carol: JOIN #1,#2,#3,#4,#5,#6,#7,#8,#9,#10,#11,#12,#13,#14,#15,#16,#17,#18,#19,#20 | carol: JOIN #d -> 405 carol #d :*
carol: JOIN #1,#2,#3,#4,#5,#6,#7,#8,#9,#10,#11,#12,#13,#14,#15,#16,#17,#18,#19,#20,#21 -> 407 carol #1,* :*
bob: JOIN #x | bob: JOIN 0 -> bob!* PART #c | bob!* PART #x

alice: PART #1,#2,#3,#4,#5,#6,#7,#8,#9,#10,#11,#12,#13,#14,#15,#16,#17,#18,#19,#20,#21 -> 407 alice #1,* :*
alice: NAMES #1,#2,#3,#4,#5,#6,#7,#8,#9,#10,#11,#12,#13,#14,#15,#16,#17,#18,#19,#20,#21 -> 407 alice #1,* :*
alice: KICK #c a,b,c,d,e -> 407 alice a,b,c,d,e :*
alice: MODE #c +k key | carol: JOIN #x,,#x,#c 1,2,3,key -> carol!* JOIN #x | 353 * | 366 * | carol!* JOIN #c | 353 * | 366 *
alice: PART -> 461 alice PART :*
alice: PART c -> 403 alice c :*
alice: PART #nowhere -> 403 alice #nowhere :*
carol: PART #c -> 442 carol #c :*
bob: PART #c -> bob!* PART #c
bob: PART #c :see you -> bob!* PART #c :see you
bob: PART #nowhere,#c :bye -> 403 bob #nowhere :* | bob!* PART #c :bye

alice: TOPIC -> 461 alice TOPIC :*
alice: TOPIC #nowhere -> 403 alice #nowhere :*
carol: TOPIC #nowhere :tea -> 403 carol #nowhere :*
alice: TOPIC #c -> 331 alice #c :*
alice: TOPIC #c :tea -> alice!* TOPIC #c :tea
alice: TOPIC #c :tea | alice: TOPIC #c -> 332 alice #c :tea | 333 alice #c alice 1700000000
alice: TOPIC #c :tea | alice: TOPIC #c : -> alice!* TOPIC #c :
alice: TOPIC #c :tea | alice: TOPIC #c : | alice: TOPIC #c -> 331 alice #c :*
carol: TOPIC #c :tea -> 442 carol #c :*
bob: TOPIC #c :tea -> bob!* TOPIC #c :tea
alice: MODE #c +s | carol: TOPIC #c -> 403 carol #c :*
alice: MODE #c +t | bob: TOPIC #c :tea -> 482 bob #c :*

alice: NAMES #c -> 353 alice = #c :@alice bob | 366 alice #c :*
carol: NAMES #c -> 353 carol = #c :@alice bob | 366 carol #c :*
alice: NAMES -> 366 alice \\* :*
alice: NAMES #nowhere -> 366 alice #nowhere :*
alice: MODE alice +i | bob: NAMES #c -> 353 bob = #c :@alice bob | 366 *
alice: MODE alice +i | carol: NAMES #c -> 353 carol = #c :bob | 366 *
alice: MODE alice +i | bob: PART #c | carol: NAMES #c -> 366 carol #c :*
alice: MODE alice +i | carol: CAP REQ :userhost-in-names multi-prefix | \
alice: MODE #c +ov bob bob | carol: NAMES #c -> 353 carol = #c :@+bob!bob@* | 366 *
alice: NAMES nonsense -> 366 alice nonsense :*
alice: NAMES #c,#nowhere -> 353 * | 366 alice #c :* | 366 alice #nowhere :*
alice: MODE #c +s | alice: NAMES #c -> 353 alice @ #c :@alice bob | 366 alice #c :*
alice: MODE #c +s | carol: NAMES #c -> 366 carol #c :*

alice: LIST -> 321 * | 322 alice #c 2 : | 323 alice :*
alice: TOPIC #c :tea | alice: LIST #c -> 321 * | 322 alice #c 2 :tea | 323 alice :*
alice: LIST #nowhere -> 321 * | 323 alice :*
alice: LIST #lobby -> 321 * | 322 alice #lobby 0 : | 323 alice :*
carol: JOIN #d | alice: LIST >1 -> 321 * | 322 alice #c 2 : | 323 *
carol: JOIN #d | alice: LIST <2 -> 321 * | 322 alice #d 1 : | 323 *
carol: JOIN #d | alice: LIST #c,#d >1 -> 321 * | 322 alice #c 2 : | 323 *
carol: JOIN #d | alice: LIST #[!c]* -> 321 * | 323 *
carol: JOIN #d | alice: LIST *d -> 321 * | 322 alice #d 1 : | 323 *
carol: JOIN #d | alice: LIST !*d -> 321 * | 322 alice #c 2 : | 323 *
alice: LIST C<1 -> 321 * | 322 alice #c 2 : | 323 *
alice: LIST C>0 -> 321 * | 323 *
alice: TOPIC #c :tea | alice: LIST T<1 -> 321 * | 322 alice #c 2 :tea | 323 *
alice: LIST T<1 -> 321 * | 323 *
alice: MODE #c +s | carol: LIST -> 321 * | 323 *
alice: MODE #c +s | alice: LIST -> 321 * | 322 alice #c 2 : | 323 *

alice: INVITE -> 337 alice :*
alice: INVITE carol -> 461 alice INVITE :*
alice: INVITE nobody-here #c -> 401 alice nobody-here :*
alice: INVITE carol #nowhere -> 403 alice #nowhere :*
carol: INVITE bob #c -> 442 carol #c :*
alice: INVITE bob #c -> 443 alice bob #c :*
alice: INVITE carol #c -> 341 alice carol #c
alice: MODE #c +i | bob: INVITE carol #c -> 482 bob #c :*
alice: INVITE carol #c | carol: INVITE -> 336 carol #c | 337 carol :*
bob: INVITE carol #c | carol: INVITE -> 337 carol :*
alice: MODE #c +kl key 5 | bob: INVITE carol #c -> 341 bob carol #c
alice: MODE #c +i | alice: INVITE carol #c | carol: INVITE -> 336 carol #c | 337 carol :*
carol: AWAY :tea | alice: INVITE carol #c -> 341 alice carol #c | 301 alice carol :tea

alice: KICK -> 461 alice KICK :*
alice: KICK #c -> 461 alice KICK :*
alice: KICK #nowhere bob -> 403 alice #nowhere :*
alice: KICK #c nobody-here -> 441 alice nobody-here #c :*
alice: KICK #c carol -> 441 alice carol #c :*
carol: KICK #c bob -> 442 carol #c :*
bob: KICK #c alice -> 482 bob #c :*
alice: KICK #c bob -> alice!* KICK #c bob :alice
alice: MODE #c +s | carol: KICK #c bob -> 403 carol #c :*
alice: KICK #c bob :too loud -> alice!* KICK #c bob :too loud
alice: KICK #c alice :enough -> alice!* KICK #c alice :enough
carol: JOIN #c | alice: KICK #c bob,carol :out -> alice!* KICK #c bob :out | alice!* KICK #c carol :out

alice: MODE -> 461 alice MODE :*
alice: MODE #nowhere -> 403 alice #nowhere :*
alice: MODE #nowhere +m -> 403 alice #nowhere :*
alice: MODE #c -> 324 alice #c +n | 329 alice #c 1700000000
alice: MODE #c +ik key | alice: MODE #c +mst+l 5 | alice: MODE #c -i+i-m+m | bob: MODE #c -> 324 bob #c +iklmnst key 5 | 329 *
alice: MODE #c +k key | alice: MODE #c +ms-i+l 5 | alice: MODE #c -> 324 alice #c +klmns key 5 | 329 *
alice: MODE #c +k key | carol: MODE #c -> 324 carol #c +kn \\* | 329 *
bob: MODE #c +m -> 482 bob #c :*
bob: MODE #c +n -> 482 bob #c :*
bob: MODE #c +ovmntb-k bob bob x!*@* key -> 482 bob #c :*
bob: MODE #c +mbz -> 482 bob #c :* | 368 bob #c :* | 472 bob z :*
carol: MODE #c +mo bob -> 442 carol #c :*
carol: MODE #c +n -> 442 carol #c :*
carol: MODE #c +m -> 442 carol #c :*
alice: MODE #c +m -> alice!* MODE #c +m
alice: MODE #c +m | alice: MODE #c +m ->
alice: MODE #c +mt-mt+m -> alice!* MODE #c +m | alice!* MODE #c +t | alice!* MODE #c -m | alice!* MODE #c -t | alice!* MODE #c +m
alice: MODE #c +i-i -> alice!* MODE #c +i | alice!* MODE #c -i
alice: MODE #c -o alice -> alice!* MODE #c -o alice
alice: MODE #c -o alice | alice: MODE #c +m -> 482 alice #c :*
alice: MODE #c -o alice | alice: NAMES #c -> 353 alice = #c :alice bob | 366 *
ada: JOIN #c | ada: MODE #c -o ada -> 482 ada #c :*
alice: MODE #c +o bob | bob: MODE #c -o alice -> 482 bob #c :*
alice: MODE #c -m ->
alice: MODE #c +n ->
alice: MODE #c -n -> alice!* MODE #c -n
alice: MODE #c -n | alice: MODE #c -> 324 alice #c + | 329 *
alice: MODE #c -n | alice: MODE #c +n -> alice!* MODE #c +n
alice: MODE #c -n | carol: PRIVMSG #c :hi ->
alice: MODE #c -n+m | carol: PRIVMSG #c :hi -> 404 carol #c :*
alice: MODE #c -n | alice: MODE #c +b carol!*@* | carol: PRIVMSG #c :hi -> 404 carol #c :*
alice: MODE #c +i -> alice!* MODE #c +i
alice: MODE #c +i | alice: MODE #c -i -> alice!* MODE #c -i
alice: MODE #c +k key -> alice!* MODE #c +k key
alice: MODE #c +k key | alice: MODE #c +k other -> alice!* MODE #c +k other
alice: MODE #c +ik key | alice: MODE #c -k key -> alice!* MODE #c -k \\*
alice: MODE #c +ik key | alice: MODE #c -i -> alice!* MODE #c -i
alice: MODE #c +ik key | carol: JOIN #c key -> 473 carol #c :*
alice: MODE #c +ikI key carol | carol: JOIN #c -> 475 carol #c :*
alice: MODE #c +ikI key carol | carol: JOIN #c key -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +iklm key 2 | alice: INVITE carol #c | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +kl key 2 | carol: JOIN #c key -> 471 carol #c :*
alice: MODE #c +bi carol | alice: INVITE carol #c | carol: JOIN #c -> 474 carol #c :*
alice: MODE #c +k key | alice: MODE #c -k key -> alice!* MODE #c -k \\*
alice: MODE #c +k key | alice: MODE #c -i ->
alice: MODE #c +k key | alice: MODE #c +i -> alice!* MODE #c +i
alice: MODE #c +k -> 696 alice #c k \\* :*
alice: MODE #c +k : -> 696 alice #c k \\* :*
alice: MODE #c +k :a b -> 696 alice #c k \\* :*
alice: MODE #c +l -> 696 alice #c l \\* :*
alice: MODE #c +l many -> 696 alice #c l many :*
alice: MODE #c +l 5 -> alice!* MODE #c +l 5
alice: MODE #c +l 5 | alice: MODE #c -l -> alice!* MODE #c -l
alice: MODE #c -l ->
alice: MODE #c +z -> 472 alice z :*
alice: MODE #c +o -> 461 alice MODE :*
alice: MODE #c +o bob -> alice!* MODE #c +o bob
alice: MODE #c +o bob | alice: MODE #c -o bob -> alice!* MODE #c -o bob
alice: MODE #c +o nobody-here -> 401 alice nobody-here :*
alice: MODE #c +o carol -> 441 alice carol #c :*
bob: MODE #c +o bob -> 482 bob #c :*
alice: MODE #c +v bob | alice: NAMES #c -> 353 alice = #c :@alice +bob | 366 *
alice: MODE #c +ov bob bob -> alice!* MODE #c +o bob | alice!* MODE #c +v bob
alice: MODE #c b -> 368 alice #c :*
alice: MODE #c +b -> 368 alice #c :*
alice: MODE #c +b eve!*@* -> alice!* MODE #c +b eve!\\*@\\*
alice: MODE #c +b eve!*@* | alice: MODE #c +b -> 367 alice #c eve!\\*@\\* alice 1700000000 | 368 alice #c :*
alice: MODE #c +b eve!*@* | alice: MODE #c -b eve!*@* -> alice!* MODE #c -b eve!\\*@\\*
alice: MODE #c +b EVE | alice: MODE #c +b eve!*@* ->
alice: MODE #c +b *!*@* -> alice!* MODE #c +b \\*!\\*@\\*
alice: MODE #c +be *!*@* *!*@*.guest | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +b *!carol@* | carol: JOIN #c -> 474 carol #c :*
alice: MODE #c +b ca*!*rol@*.guest | carol: JOIN #c -> 474 carol #c :*
alice: MODE #c +b ca*!*bob@*.guest | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +b some@where | alice: MODE #c b -> 367 alice #c \\*!some@where alice 1700000000 | 368 *
alice: MODE #c +b *!*@192.0.2.1 -> alice!* MODE #c +b \\*!\\*@192.0.2.1 | NOTICE alice :Only moderators know addresses*
alice: MODE #c +b *!*@192.0.2.1 | alice: MODE #c b -> 367 alice #c \\*!\\*@192.0.2.1 alice 1700000000 | 368 *
alice: MODE #c +b *!*@192.0.2.1 | alice: MODE #c -b *!*@192.0.2.1 -> alice!* MODE #c -b \\*!\\*@192.0.2.1
alice: MODE #c +b :a b -> 696 alice #c b \\* :*
alice: MODE #c +b bob -> alice!* MODE #c +b bob!\\*@\\*
alice: MODE #c +b bob | bob: PRIVMSG #c :hi -> 404 bob #c :*
alice: MODE #c +b bob | bob: TOPIC #c :hi -> 404 bob #c :*
alice: MODE #c +bv bob bob | bob: PRIVMSG #c :hi ->
alice: MODE #c +be bob bob | bob: PRIVMSG #c :hi ->
alice: MODE #c +b *!*@* | alice: PRIVMSG #c :hi ->
alice: MODE #c +b eve | bob: MODE #c b -> 367 bob #c eve!\\*@\\* alice 1700000000 | 368 bob #c :*
carol: MODE #c b -> 442 carol #c :*
alice: MODE #c +e -> 349 alice #c :*
alice: MODE #c I -> 347 alice #c :*
alice: MODE #c +e carol!*@* -> alice!* MODE #c +e carol!\\*@\\*
alice: MODE #c +I *!*@* -> alice!* MODE #c +I \\*!\\*@\\*
bob: MODE #c +e bob -> 482 bob #c :*
alice: MODE #c +e carol!*@* | alice: MODE #c e -> 348 alice #c carol!\\*@\\* alice 1700000000 | 349 alice #c :*
alice: MODE #c +I carol!*@* | alice: MODE #c I -> 346 alice #c carol!\\*@\\* alice 1700000000 | 347 alice #c :*
alice: MODE #c +e carol!*@* | alice: MODE #c -e carol!*@* -> alice!* MODE #c -e carol!\\*@\\*
alice: MODE #c -e carol!*@* ->
alice: MODE #c -b carol!*@* ->
alice: MODE #c +b c* | carol: JOIN #c -> 474 carol #c :*
alice: MODE #c +be c* carol!*@* | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +be c* c* | alice: MODE #c -e c* | carol: JOIN #c -> 474 carol #c :*
alice: MODE #c +iI carol!*@* | carol: JOIN #c -> carol!* JOIN #c | 353 * | 366 *
alice: MODE #c +iI dan!*@* | carol: JOIN #c -> 473 carol #c :*
alice: MODE #c +iII carol dan | alice: MODE #c -I carol | carol: JOIN #c -> 473 carol #c :*
bob: MODE #c +b eve!*@* -> 482 bob #c :*

alice: MODE alice -> 221 alice +
alice: MODE alice +z -> 501 alice :*
alice: MODE alice +Bz -> alice!* MODE alice +B | 501 alice :*
alice: MODE bob -> 502 alice :*
alice: MODE bob +i -> 502 alice :*
alice: MODE nobody-here -> 401 alice nobody-here :*
alice: MODE alice +B | alice: MODE alice -> 221 alice +B
alice: MODE alice +iw -> alice!* MODE alice +iw
alice: MODE alice +iw | alice: MODE alice -> 221 alice +iw
alice: MODE alice +iw | alice: MODE alice -w+B-i -> alice!* MODE alice +B-wi
alice: MODE alice -i ->
alice: MODE alice +o ->
ada: MODE ada -> 221 ada +o
ada: MODE ada -o -> ada!* MODE ada -o
ada: MODE ada -o | ada: MODE ada -> 221 ada +
ada: MODE ada -o | ada: KILL bob :no -> 481 ada :*
ada: MODE ada -o | alice: LUSERS -> 251 * | 252 alice 0 :* | 253 * | 254 * | 255 * | 265 * | 266 *
ada: MODE ada -o | ada: OPER ada :ada opens this door -> ada!* MODE ada +o | 381 ada :*
alice: MODE alice -o ->

alice: PRIVMSG -> 411 alice :*
alice: PRIVMSG bob -> 412 alice :*
alice: PRIVMSG bob : -> 412 alice :*
alice: PRIVMSG nobody-here :hi -> 401 alice nobody-here :*
alice: PRIVMSG #nowhere :hi -> 403 alice #nowhere :*
carol: PRIVMSG #c :hi -> 404 carol #c :*
alice: MODE #c +m | bob: PRIVMSG #c :hi -> 404 bob #c :*
alice: MODE #c +mv bob | bob: PRIVMSG #c :hi ->
alice: PRIVMSG @#nowhere :hi -> 403 alice #nowhere :*
carol: PRIVMSG @#c :hi -> 404 carol #c :*
bob: PRIVMSG @#c : -> 412 bob :*
bob: PRIVMSG @#c :hi ->
bob: PRIVMSG @nobody-here :hi -> 401 bob @nobody-here :*
alice: PRIVMSG a,b,c,d,e :hi -> 407 alice a,b,c,d,e :*
bob: AWAY :tea | alice: PRIVMSG bob :hi -> 301 alice bob :tea
bob: AWAY :tea | alice: NOTICE bob :hi ->
alice: NOTICE ->
alice: NOTICE a,b,c,d,e :hi ->
alice: MODE #c +v bob | carol: JOIN #c | alice: PRIVMSG @+#c :hi ->
bob: PRIVMSG @+#nowhere :hi -> 403 bob #nowhere :*
bob: PRIVMSG @+ :hi -> 401 bob @+ :*
bob: PRIVMSG x@+#c :hi -> 401 bob x@+#c :*
alice: NOTICE bob ->
alice: NOTICE nobody-here :hi ->
carol: NOTICE #c :hi ->

alice: WHO #c -> 352 alice #c alice * irc.chatroom alice H@ :0 Alice | 352 alice #c bob * irc.chatroom bob H :0 Bob | 315 alice #c :*
alice: WHO bob -> 352 alice \\* bob * irc.chatroom bob H :0 Bob | 315 alice bob :*
alice: WHO BO* -> 352 alice \\* bob * bob H :0 Bob | 315 alice BO\\* :*
carol: MODE carol +i | alice: WHO c* -> 315 alice c\\* :*
carol: MODE carol +i | alice: WHO carol -> 352 * | 315 alice carol :*
bob: MODE bob +i | alice: WHO b* -> 352 alice \\* bob * | 315 alice b\\* :*
bob: MODE bob +i | carol: WHO #c -> 352 carol #c alice * | 315 carol #c :*
bob: MODE bob +i | ada: WHO b* -> 352 ada \\* bob * | 315 *
alice: WHO 0 -> 352 * | 352 * | 352 * | 352 * | 315 alice 0 :*
alice: WHO b*!*@*.guest -> 352 alice \\* bob * | 315 alice b\\*!\\*@\\*.guest :*
alice: WHO nobody-here -> 315 alice nobody-here :*
alice: WHO #nowhere -> 315 alice #nowhere :*
alice: WHO #c o -> 315 alice #c :*
bob: AWAY :tea | alice: WHO bob -> 352 alice \\* bob * bob G :0 Bob | 315 *
alice: MODE #c +v bob | bob: MODE bob +B | alice: WHO #c %nf -> 354 alice alice H@ | 354 alice bob H+B | 315 *
bob: MODE bob +B | alice: WHO bob -> 352 alice \\* bob * bob HB :0 Bob | 315 *
alice: WHO bob %tcuhsnfdlar,42 -> 354 alice 42 \\* bob * irc.chatroom bob H 0 0 0 Bob | 315 *
alice: WHO bob %n -> 354 alice bob | 315 *
alice: WHO bob %na -> 354 alice bob 0 | 315 *
ada: JOIN #c | alice: WHO ada %na -> 354 alice ada ada | 315 *
ada: JOIN #c | alice: WHO #c o -> 352 alice #c ada * ada H\\*@ :0 Ada | 315 *

alice: WHOIS -> 431 alice :*
alice: WHOIS nobody-here -> 401 alice nobody-here :* | 318 alice nobody-here :*
alice: WHOIS bob -> 311 alice bob bob * \\* :Bob | 319 alice bob :#c | 312 alice bob irc.chatroom :* | 317 alice bob 0 17* | 318 *
alice: WHOIS BOB -> 311 alice bob * | 319 * | 312 * | 317 * | 318 alice BOB :*
alice: WHOIS BOB,carol -> 311 alice bob * | 319 * | 312 * | 317 * | 318 alice BOB,carol :*
alice: WHOIS Nobody-Here,bob -> 401 alice Nobody-Here :* | 318 alice Nobody-Here,bob :*
alice: WHOIS bob bob -> 311 * | 319 * | 312 * | 317 * | 318 alice bob :*
alice: WHOIS irc.chatroom bob -> 311 * | 319 * | 312 * | 317 * | 318 alice bob :*
alice: WHOIS nowhere.example bob -> 402 alice nowhere.example :*
alice: MODE #c +s | carol: WHOIS bob -> 311 * | 312 * | 317 * | 318 *
bob: AWAY :tea | alice: WHOIS bob -> 311 * | 319 * | 312 * | 301 alice bob :tea | 317 * | 318 *
bob: MODE bob +B | alice: WHOIS bob -> 311 * | 319 * | 312 * | 335 alice bob :* | 317 * | 318 *
alice: WHOIS ada -> 311 * | 312 * | 313 alice ada :* | 330 alice ada ada :* | 317 * | 318 *
ada: WHOIS bob -> 311 * | 319 * | 312 * | 338 ada bob 192.0.2.* :* | 317 * | 318 *

alice: WHOWAS -> 431 alice :*
alice: WHOWAS nobody-here -> 406 alice nobody-here :* | 369 alice nobody-here :*
bob: NICK rob | alice: WHOWAS bob -> 314 alice bob bob * \\* :Bob | 312 alice bob irc.chatroom :* | 369 alice bob :*
bob: NICK rob | alice: WHOWAS BOB -> 314 alice bob * | 312 * | 369 alice BOB :*
bob: NICK rob | bob: NICK bob | bob: NICK rob | alice: WHOWAS bob -> 314 * | 312 * | 314 * | 312 * | 369 *
bob: NICK rob | bob: NICK bob | bob: NICK rob | alice: WHOWAS bob 1 -> 314 * | 312 * | 369 *
bob: NICK rob | bob: NICK bob | bob: NICK rob | alice: WHOWAS bob -1 -> 314 * | 312 * | 314 * | 312 * | 369 *

alice: ISON -> 461 alice ISON :*
alice: ISON nobody-here -> 303 alice :
alice: ISON bob nobody-here CAROL -> 303 alice :bob carol
alice: ISON :bob carol -> 303 alice :bob carol
alice: USERHOST -> 461 alice USERHOST :*
alice: USERHOST nobody-here -> 302 alice :
alice: USERHOST bob carol -> 302 alice :bob=+bob@* carol=+carol@*
bob: AWAY :tea | alice: USERHOST bob ada -> 302 alice :bob=-bob@* ada\\*=+ada@*
alice: AWAY :tea -> 306 alice :*
alice: AWAY -> 305 alice :*
alice: AWAY : -> 305 alice :*

alice: MONITOR -> 461 alice MONITOR :*
alice: MONITOR + -> 461 alice MONITOR :*
alice: MONITOR X -> 461 alice MONITOR :*
alice: MONITOR + bob,nobody-here -> 730 alice :bob!bob@* | 731 alice :nobody-here
alice: MONITOR + bob | alice: MONITOR L -> 732 alice :bob | 733 alice :*
alice: MONITOR + *!*@*,a!b@c,bob | alice: MONITOR L -> 732 alice :bob | 733 alice :*
alice: MONITOR + *!*@* ->
alice: MONITOR + bob | alice: MONITOR s -> 730 alice :bob!bob@*
alice: MONITOR + bob | alice: MONITOR - bob | alice: MONITOR l -> 733 alice :*
alice: MONITOR + bob | alice: MONITOR C | alice: MONITOR L -> 733 alice :*
alice: MONITOR L -> 733 alice :*

alice: MOTD -> 422 alice :*
alice: MOTD nowhere.example -> 402 alice nowhere.example :*
carol: MODE carol +i | alice: LUSERS -> 251 alice :There are 3 users and 1 * | 252 * | 253 * | 254 * | 255 * | 265 * | 266 *
alice: ISUPPORT -> 005 alice *:are supported by this server | 005 * | 005 *
alice: LUSERS -> 251 alice :* | 252 alice 1 :* | 253 alice 0 :* | 254 alice 1 :* | 255 alice :* | 265 alice 4 4 :* | 266 alice 4 4 :*
alice: VERSION -> 351 alice chatroom-* irc.chatroom :* | 005 alice *:are supported by this server | 005 * | 005 *
alice: VERSION *.chatroom -> 351 alice chatroom-* irc.chatroom :* | 005 * | 005 * | 005 *
alice: VERSION nowhere.example -> 402 alice nowhere.example :*
alice: TIME -> 391 alice irc.chatroom 1700000000 +0000 :*
alice: TIME nowhere.example -> 402 alice nowhere.example :*
alice: INFO -> 371 alice :* | 371 alice :* | 371 alice :* | 374 alice :*
alice: ADMIN -> 256 alice irc.chatroom :* | 257 alice :* | 258 alice :* | 259 alice :*
alice: ADMIN bob -> 256 * | 257 * | 258 * | 259 *
alice: ADMIN nowhere.example -> 402 alice nowhere.example :*
alice: STATS -> 461 alice STATS :*
alice: STATS u -> 242 alice :* | 219 alice u :*
alice: STATS z -> 219 alice z :*
alice: STATS u nowhere.example -> 402 alice nowhere.example :*
alice: LINKS -> 364 alice irc.chatroom irc.chatroom :0 * | 365 alice \\* :*
alice: LINKS *.example -> 365 alice \\*.example :*
alice: HELP motd -> 704 alice motd :* | 705 alice motd : | 705 alice motd :MOTD shows the welcome. | 706 alice motd :*
alice: HELP /slow -> 704 alice /slow :* | 705 alice /slow : | 705 * | 705 * | 706 alice /slow :*
alice: HELP nonsense -> 524 alice nonsense :*
alice: HELP :no such thing -> 524 alice \\* :*

alice: USERS -> 446 alice :*
alice: SUMMON bob -> 445 alice :*
alice: CONNECT -> 461 alice CONNECT :*
alice: CONNECT other.example -> 481 alice :*
ada: CONNECT other.example -> 402 ada other.example :*
alice: SQUIT irc.chatroom :bye -> 481 alice :*

alice: OPER -> 461 alice OPER :*
alice: OPER alice -> 461 alice OPER :*
alice: KILL bob -> 461 alice KILL :*
alice: KILL bob :no -> 481 alice :*
ada: KILL nobody-here :no -> 401 ada nobody-here :*
ada: KILL IRC.chatroom :no -> 483 ada :*
alice: KILL irc.chatroom :no -> 481 alice :*
alice: WALLOPS -> 461 alice WALLOPS :*
ada: WALLOPS : -> 461 ada WALLOPS :*
ada: WALLOPS :hi ->
ada: MODE ada +w | ada: WALLOPS :hi -> ada!* WALLOPS :hi
alice: WALLOPS :hi -> 481 alice :*
alice: REHASH -> 481 alice :*

alice: SETNAME -> 461 alice SETNAME :*
alice: SETNAME : -> FAIL SETNAME INVALID_REALNAME :*
alice: SETNAME :Alice L. ->
alice: SETNAME :Alice L. | bob: WHOIS alice -> 311 bob alice alice * \\* :Alice L. | 319 * | 312 * | 317 * | 318 *
"""


def rows() -> list[str]:
    """Give the rows that are not blank."""
    return [row for row in ROWS.splitlines() if row]


class House(World):
    """Be a house with a room, and people in it and beside it."""

    def __init__(self) -> None:
        super().__init__(members=[member("ada", Rank.ADMIN)])
        self.chatters = {name: self.chatter(name) for name in ("alice", "bob", "carol")}
        ada = self.chatters["ada"] = self.connect(self.irc)
        ada.types("PASS :ada:ada opens this door", "NICK ada", "USER ada 0 * :Ada")
        self.chatters["alice"].types("JOIN #c")
        self.chatters["bob"].types("JOIN #c")
        self.forget()

    def forget(self) -> None:
        """Have everybody read what they were told so far."""
        for chatter in self.chatters.values():
            chatter.lines()

    def does(self, step: str) -> Person:
        """Take a step; give who took it."""
        name, _, typed = step.strip().partition(": ")
        self.forget()
        self.chatters[name].types(typed)
        return self.chatters[name]


def fits(line: str, pattern: str) -> bool:
    """Compare a line, without the server as its source, with a pattern, where only a bare star is anything."""
    star, bracket = "[*]", "[[]"
    pattern = pattern.replace("[", bracket).replace("\\*", star).replace("?", "[?]")
    return fnmatchcase(line.removeprefix(":irc.chatroom ").removeprefix(":"), pattern)


@pytest.mark.parametrize("row", rows())
def test_what_is_asked_is_answered_as_the_specifications_have_it(row: str) -> None:
    steps, _, told = row.partition(" ->")
    house = House()
    for step in steps.split(" | "):
        last = house.does(step)
    expected = [one.strip() for one in told.split(" | ") if one.strip()]
    heard = last.lines()
    met = len(heard) == len(expected) and all(map(fits, heard, expected))
    assert met, f"{row}\n" + "\n".join(heard)
    assert house.house.figures.faults == 0


def test_a_user_name_must_not_be_empty() -> None:
    world = World()
    eve = world.connect(world.irc)
    eve.types("NICK eve", "USER : 0 * :Eve", "USER e 0 * :")
    assert [line.split(" ")[1] for line in eve.lines()] == ["461", "461"]


def test_a_nick_that_cannot_be_had_is_refused_before_all_else_is_said() -> None:
    world = House()
    eve = world.connect(world.irc)
    eve.types("NICK *", "NICK bob", "NICK eve", "USER eve 0 * :Eve")
    assert [line.split(" ")[1:4] for line in eve.lines()[:3]] == [
        ["432", "*", "*"],
        ["433", "*", "bob"],
        ["001", "eve", ":Welcome"],
    ]


def test_a_password_that_no_member_of_that_nick_needs_is_no_obstacle() -> None:
    world = House()
    for said, numeric in (("PASS hello", "001"), ("PASS :eve:hello", "464")):
        eve = world.connect(world.irc)
        eve.types(said, "NICK eve", "USER eve 0 * :Eve")
        assert eve.lines()[0].split(" ")[1] == numeric
        eve.types("QUIT")


def test_a_topic_is_as_long_as_announced_at_most() -> None:
    world = House()
    assert fits(world.does("alice: TOPIC #c :" + "x" * 351).lines()[0], "417 alice :*")
    assert "TOPIC #c :xxx" in world.does("alice: TOPIC #c :" + "x" * 350).lines()[0]


def test_a_reason_that_is_too_long_keeps_nobody_in_and_is_seen_to_go_on() -> None:
    world = House()
    (kicked,) = world.does("alice: KICK #c bob :" + "x" * 400).lines()
    assert kicked.endswith(" :" + "x" * 253 + "…")
    world.does("alice: AWAY :" + "y" * 400)
    assert fits(world.does("bob: PRIVMSG alice :hi").lines()[0], "301 bob alice :" + "y" * 253 + "…")


def test_as_many_masks_fit_a_list_as_announced() -> None:
    world = House()
    for letter, end in (("b", "368"), ("e", "349"), ("I", "347")):
        for number in range(100):
            world.does(f"alice: MODE #c +{letter} *!*@{number}.example")
        assert fits(world.does(f"alice: MODE #c +{letter} *!*@more.example").lines()[0], f"478 alice #c {letter} :*")
        listed = world.does(f"alice: MODE #c {letter}").lines()
        assert (len(listed), listed[-1].split(" ")[1]) == (101, end)


def test_who_was_put_out_and_comes_back_is_not_shown_again_what_they_saw() -> None:
    world = House()
    world.does("alice: PRIVMSG #c :seen")
    world.does("alice: KICK #c bob")
    world.does("alice: PRIVMSG #c :missed")
    assert [line.rpartition(" ")[2] for line in world.does("bob: JOIN #c").lines() if "PRIVMSG" in line] == ["missed"]


def test_the_rooms_a_client_left_are_not_remembered_without_end() -> None:
    world = House()
    for number in range(LEFT + 20):
        world.does(f"carol: JOIN #r{number}")
        world.does(f"carol: PART #r{number}")
    assert len(world.chatters["carol"].wire.protocol.talk.seen) == LEFT


def test_how_a_rooms_name_is_written_outlives_a_restart() -> None:
    world = House()
    world.does("alice: JOIN #Tea")
    world.does("alice: PRIVMSG #tea :something to keep")
    eve = world.restarted().chatter("eve")
    eve.types("JOIN #tEA")
    assert eve.lines()[0].endswith(" JOIN #Tea")


def test_when_a_room_was_opened_is_known_after_a_restart() -> None:
    world = House()
    world.does("alice: PRIVMSG #c :something to keep")
    world.rest(100)
    later = world.restarted()
    eve = later.chatter("eve")
    eve.types("MODE #c", "LIST #c C<1", "LIST #c C>1")
    numerics = [line.split(" ")[1] for line in eve.lines()]
    assert numerics == ["324", "329", "321", "323", "321", "322", "323"]


def test_a_topic_is_refused_when_it_would_not_fit_a_line_and_one_set_elsewhere_is_seen_to_go_on() -> None:
    world = House()
    assert fits(world.does("alice: TOPIC #c :" + "x" * 485).lines()[0], "417 alice :*")
    ann = world.person("ann")
    ann.types("/join c", "/topic " + "ö" * 250)
    shown = world.chatters["alice"].lines()[-1]
    assert "TOPIC #c :ööö" in shown
    assert shown.endswith("ö…")
    assert len(shown.encode()) <= 510


def test_what_clients_make_of_a_host_to_ban_hits_whose_it_is() -> None:
    world = House()
    (found,) = [line for line in world.does("alice: WHOIS carol").lines() if " 311 " in line]
    host = found.split(" ")[5]
    for mask in (f"*!*@{host}", f"*!carol@{host}", f"*!*carol@{host}"):
        world.does(f"alice: MODE #c +b {mask}")
        assert fits(world.does("carol: JOIN #c").lines()[0], "474 carol #c :*")
        world.does(f"alice: MODE #c -b {mask}")
    assert fits(world.does(f"alice: MODE #c +k {'x' * 129}").lines()[0], "696 alice #c k *")


LISTED = {"b": "367", "e": "348", "I": "346"}
"""By which numeric each list of masks is told."""


@pytest.mark.parametrize(("setter", "lifter"), [("alice", "alice"), ("ada", "ada"), ("alice", "ada"), ("ada", "alice")])
@pytest.mark.parametrize("letter", LISTED)
def test_every_mask_that_is_listed_is_lifted_by_what_the_list_shows(letter: str, setter: str, lifter: str) -> None:
    world = House()
    hosts = ("*!*@1.2.3.4", "*!*@1.2.*", "2001:db8::1", "x!y@*.example", "*!*@m-ben.member", "hostmask:*!*@5.6.7.8")
    masks = (*hosts, "carol", "t*ll", "#7", "member:x")
    world.does("ada: JOIN #c")
    for mask in masks:
        world.does(f"{setter}: MODE #c +{letter} {mask}")
    listed = [line.split(" ")[4] for line in world.does(f"{lifter}: MODE #c {letter}").lines() if f" {LISTED[letter]} " in line]
    assert len(listed) == len(masks)
    for mask in listed:
        assert fits(world.does(f"{lifter}: MODE #c -{letter} {mask}").lines()[0], f"{lifter}!* MODE #c -{letter} *")
    assert LISTED[letter] not in "".join(world.does(f"{lifter}: MODE #c {letter}").lines())


def test_an_address_that_is_banned_is_one_word_to_those_who_are_not_to_learn_it() -> None:
    world = House()
    world.does("ada: JOIN #c")
    world.does("ada: MODE #c +b *!*@203.0.113.9")
    assert fits(world.chatters["alice"].lines()[0], "ada!* MODE #c +b *!*@an.address")
    assert fits(world.does("alice: MODE #c b").lines()[0], "367 alice #c *!*@an.address ada *")


def test_addresses_that_look_alike_in_a_list_are_lifted_by_one_command_that_names_each() -> None:
    world = House()
    world.does("ada: JOIN #c")
    for last in (7, 8, 9):
        world.does(f"ada: MODE #c +b *!*@203.0.113.{last}")
    world.chatters["alice"].lines()
    assert len(world.does("alice: MODE #c -bbb *!*@an.address *!*@an.address *!*@an.address").lines()) == 3
    assert [line.split(" ")[1] for line in world.does("alice: MODE #c b").lines()] == ["368"]


def test_a_new_nick_that_a_ban_stands_against_is_refused_with_the_room_of_the_ban() -> None:
    world = World()
    ann, eve = world.chatter("ann"), world.chatter("eve")
    ann.types("JOIN #Den")
    eve.types("JOIN #den")
    ann.types("MODE #den +b eve!*@*")
    eve.lines()
    eve.types("NICK eve2")
    eve.hears(":irc.chatroom 474 eve #Den :You are banned from den for good. (by ann)")


def test_of_a_secret_room_nobody_outside_is_told_by_words_or_modes_that_it_is_there() -> None:
    world = World()
    ann, eve = world.chatter("ann"), world.chatter("eve")
    ann.types("JOIN #den", "MODE #den +s")
    for room in ("den", "none"):
        eve.types(f"PRIVMSG #{room} :x", f"MODE #{room} b", f"MODE #{room} +m", f"MODE #{room}", f"TOPIC #{room}")
        assert [line.split(" ")[1] for line in eve.lines()] == ["403"] * 5
