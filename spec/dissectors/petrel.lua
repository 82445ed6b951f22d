-- Petrel for Wireshark and tshark. Generated from spec/codes.json of Petrel: change the generator, not this file.
--
-- Installation: copy it into the folder of personal Lua plugins (Help, About, Folders), or name it for one run:
--   tshark -X lua_script:petrel.lua -r capture.pcapng -Y petrel
-- A connection is Petrel's where its client begins with a HELLO or RESUME. For others name the port: the preference
-- petrel.port, or -d tcp.port==7000,petrel; within TLS: -d tls.port==7443,petrel.

-- The registries: spec/codes.json.
local LIMITS = {
  maxPayload = 16777216,
  maxDepth = 100,
  maxElements = 1048576,
  maxExpanded = 16777216,
}
local FIXED = {
  tableEntries = 16384,
  referenceBytes = 4,
  prefixCharacters = 8,
  numberDigits = 10000,
  decimalExponent = 10000,
  verbBytes = 64,
  echoBytes = 8,
  closeTextBytes = 1024,
  tokenBytes = 255,
  dictionaryBytes = 32768,
}
local FRAME_NAMES = {
  [0] = "ILLEGAL",
  [1] = "COMMAND",
  [2] = "REPLY",
  [3] = "PART",
  [4] = "PUSH",
  [5] = "CANCEL",
  [6] = "RESERVED6",
  [7] = "RESERVED7",
  [8] = "HELLO",
  [9] = "RESUME",
  [10] = "ACK",
  [11] = "PING",
  [12] = "PONG",
  [13] = "CLOSE",
  [14] = "PACK",
  [15] = "EXTENSION",
}
local FRAMES = {
  [0] = { name = "ILLEGAL", fields = {  } },
  [1] = { name = "COMMAND", fields = { { name = "id", type = "varint" }, { name = "verb", type = "verb" }, { name = "args", type = "values" } } },
  [2] = { name = "REPLY", fields = { { name = "id", type = "varint" }, { name = "value", type = "value" } } },
  [3] = { name = "PART", fields = { { name = "id", type = "varint" }, { name = "value", type = "value" } } },
  [4] = { name = "PUSH", fields = { { name = "verb", type = "verb" }, { name = "args", type = "values" } } },
  [5] = { name = "CANCEL", fields = { { name = "id", type = "varint" } } },
  [6] = { name = "RESERVED6", fields = {  } },
  [7] = { name = "RESERVED7", fields = {  } },
  [8] = { name = "HELLO", fields = { { name = "form", type = "choice", names = { "offer", "answer" } }, { name = "fields", type = "value" } } },
  [9] = { name = "RESUME", fields = { { name = "form", type = "choice", names = { "offer", "answer" } }, { name = "token", type = "sized" }, { name = "attempt", type = "varint" }, { name = "received", type = "varint" }, { name = "next", type = "varint" } } },
  [10] = { name = "ACK", fields = { { name = "received", type = "varint" } } },
  [11] = { name = "PING", fields = { { name = "echo", type = "bytes" } } },
  [12] = { name = "PONG", fields = { { name = "echo", type = "bytes" } } },
  [13] = { name = "CLOSE", fields = { { name = "scope", type = "choice", names = { "link", "session" } }, { name = "received", type = "varint" }, { name = "code", type = "varint" }, { name = "after", type = "varint" }, { name = "text", type = "utf8" } } },
  [14] = { name = "PACK", fields = { { name = "dictionary", type = "varint" }, { name = "length", type = "length" }, { name = "deflated", type = "bytes" } } },
  [15] = { name = "EXTENSION", fields = { { name = "type", type = "varint" }, { name = "bytes", type = "bytes" } } },
}
local VERBS = {
  [1] = "SEND",
  [2] = "SYNC",
  [3] = "NEWS",
  [4] = "READ",
  [5] = "RECALL",
  [6] = "TYPING",
  [7] = "PRESENCE",
  [8] = "UPLOAD",
  [9] = "DOWNLOAD",
  [10] = "AUTH",
  [11] = "SUBSCRIBE",
  [12] = "UNSUBSCRIBE",
  [13] = "PUBLISH",
  [14] = "RESP",
  [16] = "GET",
  [17] = "SET",
  [18] = "DEL",
  [19] = "EXISTS",
  [20] = "EXPIRE",
  [21] = "INCR",
  [22] = "MGET",
  [23] = "MSET",
  [24] = "HGET",
  [25] = "HSET",
  [26] = "LPUSH",
  [27] = "RPUSH",
  [28] = "LRANGE",
  [29] = "SADD",
  [30] = "ZADD",
  [31] = "XADD",
}
-- By numbers of 64 bits as texts: they come from the wire.
local TAGS = {
  ["1"] = "set",
  ["2"] = "error",
  ["3"] = "verbatim",
  ["4"] = "bignum",
  ["5"] = "attribute",
  ["6"] = "push",
  ["7"] = "respStatus",
  ["8"] = "respNull",
  ["9"] = "respBig",
  ["10"] = "respDouble",
  ["11"] = "respPairs",
  ["12"] = "respStreamed",
  ["13"] = "respChunks",
  ["14"] = "respPairsAttribute",
}
local CLOSE_CODES = {
  ["0"] = "NORMAL",
  ["1"] = "MALFORMED",
  ["2"] = "LIMIT",
  ["3"] = "UNSUPPORTED",
  ["4"] = "VERSION",
  ["5"] = "AUTH",
  ["6"] = "SESSION_LOST",
  ["7"] = "REPLACED",
  ["8"] = "GOING_AWAY",
  ["9"] = "OVERLOADED",
  ["10"] = "TIMEOUT",
  ["11"] = "INTERNAL",
}
local DICTIONARIES = {
  ["0"] = "none",
  ["1"] = "chat",
}
-- Their bytes: spec/dictionaries.
local PRESETS = {
  ["0"] = "",
  ["1"] = "9\167general\247\024\187\158\230p`O\134N\001\128\127g\201\137\151_`O\014`Hneral\199\001I was just working becaualice[-\131Ue\247\018(f)Y\009g\161l\009gzz\011w5uq\162ts\137\247\012<yir(W\234T\204\145\031\255]\187\133\193\218\139\001O7\003\230\162idamily\185That is lovely, isn't it?]ople would good]u`F\253\139\001\240/\008\006\226\162id\162\247\010\176et^\235_PNJU/\008\003\226\162id\162`O\236N\192NHN\246e\025Paw\201\137\017bl\154\010N(W\239\141\010N]\223\247\016l\154\010N0R\217~\214NSb5u\221\139/\008\019\226\162id\162ts^\195he last part was the sameO;\003\230\162id\130\164team[wLae\196The first one is t\199\005What should I do about it? g to eat this evening at six?]Every one of us should be good I news yet? We want more time]\247\014\216\143\161l\009g\012\255\011N!k'T/\008\014\226\162id\162ts^\029are nothing wrong with it See yoy, thank you Near the airport, w\164text\185The meeting was cancelledt\162ts\137\189Did you wanna see it withjust found thing to my boss How is the weather? Sounds nice,g Where did you put the photos?ho is coming? Of course, see \199\018wow that's perfect How abouation, with my boss It's not thatext\247\014Kb:g\209S\217~\017b\000N\011N/\008\008\226\162id\162ts^\202amily[\174\167be\247\016*Y\031a\034\140\134N\012\255\161l\139N\132vT\201\139\017b\217\143*N\239S\229N\017b\013N\229wS\144\192NHNOI\003\230\162id talking about? I already got it give me the address I just saw  a present? Good night, sleep weThe party was late What does tha\183The first thing is goodOT\003\230\167chyou seen the car? I want to come\000\199\014Shall we go to the station teveryone asked me if you are bushmm you're right I am still watc\024\022Yb\151\216\143\013N\025\149\012\255\011N\237s\015\092\195_\000N\185pO9\003\230\162idneed anything Are you at home From the restaurant in 10 minut\162ts\137\247\026\013N(u\134N\012\255\017b\009g\185p\013N\018\130\013g\199\001We could meet on Sunday in fiWe want to get a bottle of wine]Most of them were there I'm so eo join us with us? Can you talk s working pls send me the reportiends[GKUe\190If they can to, I wil\202NZf\000Nw\141\011w5uq_\014`HN7h\031\255\031u\229e\235_PNJU to wait whenever you like Are ystamp\1731098060502478\166family\247\014@b\229Ny, and you? Thanks for your help park tomorrow at half past nine\183The game starts at 9:30O4\003\230\162idWe need a new one What is that?l me in an hour pleaseO5\003\230\162id\164work\167message\247\024\163\144\185\143*Y\237p\134N\012\255\011N\237s\015o, let me meet Please don't know I'll be at the shop after work]\013\247\020\022Yb\151\186N\136_\026Y\012\255\176\139\151_&^\030O\031&\006\001\227\162toave time, we can help me Hello, , I was waiting, what about you?Some people have been right nobecause of the kids Call me back my phone? Can we meet next weekon Saturday]\013G_#\140\001\0319\006\001\164work\226\163cide How was the film tonight?on't understand how to call m, where are you? I think that it/www.youtube.com/watch?v=l be watching a film with your fK\164team\167message\185Have you hear my iends\167message\176u can pick me up]e\187I'll be home in the morning the news?] /\200<\140\001\031*\008\001\164team\226\163cidI was having dinner\031\021\004\001\163bob\226\163cidthere's a problem with the tickessageZ\000I\003[\163\172R\209\226\162id\164name[$\027\245=\165aliR\163bob\167message\247\016\214NJT\201\139\017b`O\014`HN\134N] before lunch\031)\009\001\167friends\226\163cid, how are you today? That soundsI have just sent your message Tin five minutes\031F\010\001\167support\225\164texut that place near the cinema?]l leaving with someone from work\190There is something people hereWhich one was going to talk? \188Are you coming this weekend?alice\225\164text\199\009Talk to you later x\001\163bob\225\164text\197The best part was thamily\225\164text\199!Where can I find myand then I was\031#\010\001\166family\226\163cidpport\167message\247\018I{\017b\000N\011N\012\255\017b(WlQ\248, maybe next time\031&\013\001\165alice\226\163cidThat would be really good, isn't We have to go back to the parkwhat you think\031O\009\001\167general\226\163cidamily\167message\183Would you please sg for you There are some time le wants to know if you are stuck  you need to sleep this evening?ow what happened\0319\009\001\164work\225\164tex\001\167general\225\164text\247\020\013N}Y\015a\029`\012\255\017b\009g\185Thank you so much for everything\191Can't wait to see you on Friday text me What about the other on show me the money\031<\008\001\164team\225\164texneral\167message\199\002nothing much, I w? Call me when you can pleaseh one of you is the best?O&\003\167recng What are you doing on Monday?\199\008Not much, just trying to sleep\139\001\004\187I will be thinking about it\189Do you want to leave with us?]\001\183https://www.example.orgO!\003\167re\165alice\167message\193I don't think so,\166family\199\000Looking forward to seeiLet me know when you get there I\001\167friends\225\164text\199\026Did you have tos that we should come/\008\015\226\162id\162ts^that we could talkOg\003\229\170message_i\226\162id\164name[-n\141>\167general[MRce\247\012\031u\229\227\164type\164text\162ts\137\178How are you goin\023\005\001\167support\226\163cid\164body\092\130O6\003\230\162id\164from\162to\164time\163seq\164text^&our friendOZ\003\230\167channel\164user\164type\169delivered\031\018\010\001\227\162to\164type\167content[\164text\170created_at\168reply_to\169C81LV!\003\167receipt\227\164chat\167message\166status[\228\165msgid\166sender\164body\169timestamp\17271age_id\167chat_id\164user\164date\167messageO=\003\230\162id\164from\162to\162ts\164type\164text^\202",
}
local HELLO_KEYS = {
  ["0"] = "versions",
  ["1"] = "version",
  ["2"] = "maxPayload",
  ["3"] = "maxDepth",
  ["4"] = "maxElements",
  ["5"] = "maxExpanded",
  ["6"] = "windowBytes",
  ["7"] = "windowFrames",
  ["8"] = "ackDelay",
  ["9"] = "capabilities",
  ["10"] = "dictionaries",
  ["11"] = "agent",
  ["12"] = "credentials",
  ["13"] = "token",
  ["14"] = "unknown",
}
local ERRORS = {
  TRUNCATED = { class = "truncated", rule = "WIRE-9", text = "the input ends inside an item; more bytes may follow" },
  VARINT_OVERLONG = { class = "malformed", rule = "WIRE-3", text = "a varint ends in a zero byte that a shorter one would not have" },
  VARINT_RANGE = { class = "malformed", rule = "WIRE-4, WIRE-5, MESSAGE-3", text = "a varint is larger than its place allows" },
  TEXT_UTF8 = { class = "malformed", rule = "WIRE-7", text = "text is not valid UTF-8" },
  TEXT_UTF16 = { class = "malformed", rule = "WIRE-8", text = "text is not valid UTF-16LE: odd length or a lone surrogate" },
  INT_OVERLONG = { class = "malformed", rule = "VALUE-2, VALUE-3", text = "an integer is spelled in more bytes than it needs" },
  INT_RANGE = { class = "malformed", rule = "VALUE-3", text = "a negative integer is below -2^63" },
  KEY_KIND = { class = "malformed", rule = "VALUE-8", text = "a map's key holds an array, a map or a record" },
  KEY_DUPLICATE = { class = "malformed", rule = "VALUE-9", text = "two keys of one map are equal" },
  SHAPE_UNDEFINED = { class = "malformed", rule = "VALUE-11", text = "a record names a shape that is not defined" },
  REF_UNDEFINED = { class = "malformed", rule = "VALUE-13, VALUE-26", text = "a text reference names an index that is not defined" },
  TEXT_PREFIX = { class = "malformed", rule = "VALUE-26", text = "a prefixed text shares more than an earlier one has in ASCII, or its rest is no literal" },
  FLOAT_FORM = { class = "malformed", rule = "VALUE-14, VALUE-25", text = "a float is not in its shortest exact form, or a NaN is not the one NaN" },
  DECIMAL_FORM = { class = "malformed", rule = "VALUE-15", text = "a decimal's coefficient is not an integer, is zero, or ends in a zero digit" },
  TAG_CONTENT = { class = "malformed", rule = "VALUE-17", text = "a registered tag holds something else than its row allows" },
  BIGNUM_FORM = { class = "malformed", rule = "VALUE-18", text = "a bignum is not minimal or fits a 64-bit kind" },
  MESSAGE_FORM = { class = "malformed", rule = "VALUE-19", text = "a message's type does not fit in its length" },
  HEAD_INVALID = { class = "malformed", rule = "VALUE-21", text = "FF is never a value's first byte" },
  NOT_CANONICAL = { class = "malformed", rule = "CANON-1, CANON-2, CANON-3, CANON-4, CANON-6, CANON-7", text = "a valid but not canonical spelling, where the reader demands the canonical one" },
  FRAME_ILLEGAL = { class = "malformed", rule = "FRAME-3", text = "kind 0 is never a frame" },
  PAYLOAD_OVERRUN = { class = "malformed", rule = "FRAME-19", text = "an item runs past the end of its payload" },
  TRAILING_BYTES = { class = "malformed", rule = "FRAME-19, VALUE-24", text = "bytes are left after the last item" },
  ID_ZERO = { class = "malformed", rule = "FRAME-6", text = "request id 0 is never used" },
  VERB_FORM = { class = "malformed", rule = "FRAME-7", text = "a verb is neither a text of 1 to 64 bytes nor a uint below 88" },
  ECHO_LENGTH = { class = "malformed", rule = "FRAME-14", text = "a PING or PONG holds more than 8 bytes" },
  CLOSE_FORM = { class = "malformed", rule = "FRAME-15", text = "a CLOSE has an unknown scope or a text over 1,024 bytes" },
  PACK_CONTENT = { class = "malformed", rule = "FRAME-17", text = "a PACK holds a frame that may not stand inside one, or not exactly the announced length" },
  HELLO_FORM = { class = "malformed", rule = "HELLO-2", text = "a HELLO or RESUME is neither an offer nor an answer, or its body is no map" },
  HELLO_PLAIN = { class = "malformed", rule = "HELLO-3", text = "a HELLO uses a spelling that only canonical form has" },
  HELLO_FIELD = { class = "malformed", rule = "HELLO-4", text = "a registered HELLO key is missing or holds a value of the wrong kind or range" },
  RESUME_FIELD = { class = "malformed", rule = "HELLO-9", text = "a RESUME has an empty or over-long token, attempt 0, or next 0" },
  FIELD_TAG = { class = "malformed", rule = "MESSAGE-2", text = "a message's tag has a field number or a wire type that does not exist" },
  FIELD_OVERRUN = { class = "malformed", rule = "MESSAGE-4", text = "a field goes on past the message, entry or packed list that holds it" },
  FIELD_REQUIRED = { class = "malformed", rule = "MESSAGE-10", text = "a message lacks a required field" },
  GROUP_END = { class = "malformed", rule = "MESSAGE-7", text = "an end-group tag ends no group that is open" },
  RESP_TYPE = { class = "malformed", rule = "RESP-1", text = "no type of RESP begins with this byte" },
  RESP_LINE = { class = "malformed", rule = "RESP-2", text = "a line or a body of RESP does not end with CR LF" },
  RESP_NUMBER = { class = "malformed", rule = "RESP-3", text = "a length or count of RESP is not spelled as one" },
  RESP_VALUE = { class = "malformed", rule = "RESP-4", text = "the text of a RESP type is not one of that type" },
  RESP_NESTING = { class = "malformed", rule = "RESP-5", text = "a chunk, an end or another type of RESP is out of place" },
  RESP_COMMAND = { class = "malformed", rule = "RESP-6", text = "a command of RESP is no array of bulk strings" },
  FRAME_PLACE = { class = "malformed", rule = "HELLO-1, HELLO-10", text = "a frame stands where it may not: before the handshake is done, or a second handshake" },
  ACK_RANGE = { class = "malformed", rule = "SESSION-8", text = "an ACK says more frames than were sent" },
  ID_TAKEN = { class = "malformed", rule = "SESSION-12", text = "a COMMAND has the request id of one that is not answered" },
  ID_UNUSED = { class = "malformed", rule = "SESSION-13", text = "a REPLY or PART has the request id of no open command" },
  SESSION_LOST = { class = "malformed", rule = "SESSION-3, SESSION-6", text = "the two sides' counters contradict each other" },
  FRAME_UNSUPPORTED = { class = "unsupported", rule = "FRAME-4, SESSION-20", text = "a reserved counted kind that was not negotiated, or a PACK that can't be inflated" },
  RESP_UNSUPPORTED = { class = "unsupported", rule = "RESP-14", text = "a frame, or a reply of RESP, has no counterpart in the other protocol" },
  VERB_UNKNOWN = { class = "unsupported", rule = "FRAME-7", text = "a verb's number is not registered" },
  VERSION_UNSUPPORTED = { class = "unsupported", rule = "HELLO-6", text = "no protocol version is common to both sides" },
  LIMIT_PAYLOAD = { class = "limit", rule = "LIMIT-1, RESP-7", text = "a frame's payload, or the texts of a RESP reply or command, are longer than the limit" },
  LIMIT_DEPTH = { class = "limit", rule = "LIMIT-2, MESSAGE-11, RESP-7", text = "values, messages or RESP replies are nested deeper than the limit" },
  LIMIT_ELEMENTS = { class = "limit", rule = "LIMIT-3, MESSAGE-11, RESP-7", text = "a payload, a message or a RESP reply or command holds more elements than the limit" },
  LIMIT_EXPANDED = { class = "limit", rule = "LIMIT-4", text = "a payload's expanded length is above the limit" },
  LIMIT_NUMBER = { class = "limit", rule = "LIMIT-5, RESP-7", text = "an integer or decimal has more than 10,000 digits or an exponent beyond 10,000" },
  LIMIT_WINDOW = { class = "limit", rule = "SESSION-9", text = "more counted frames were sent than the receiver's window holds" },
}
-- The values after which a level of nesting opens, by what follows their heads. [LIMIT-2]
local OPENS = { values = true, pairs = true, record = true, value = true }
-- Each first byte of a value. [VALUE-1]
local HEADS = {}
for _, row in ipairs({
  { low = 0x00, high = 0x57, kind = "uint", number = "inline", from = 0 },
  { low = 0x58, high = 0x58, kind = "uint", number = "bytes", from = 88, width = 1 },
  { low = 0x59, high = 0x5F, kind = "uint", number = "bytes", from = 0, width = 2, least = 344 },
  { low = 0x60, high = 0x7F, kind = "nint", number = "inline", from = 0 },
  { low = 0x80, high = 0x80, kind = "nint", number = "bytes", from = 32, width = 1 },
  { low = 0x81, high = 0x87, kind = "nint", number = "bytes", from = 0, width = 2, least = 288 },
  { low = 0x88, high = 0x9F, kind = "ref", number = "inline", from = 0 },
  { low = 0xA0, high = 0xC6, kind = "text", number = "inline", from = 0, content = "utf8" },
  { low = 0xC7, high = 0xC7, kind = "text", number = "varint", from = 39, content = "utf8" },
  { low = 0xC8, high = 0xCE, kind = "bytes", number = "inline", from = 0, content = "bytes" },
  { low = 0xCF, high = 0xCF, kind = "bytes", number = "varint", from = 7, content = "bytes" },
  { low = 0xD0, high = 0xDE, kind = "array", number = "inline", from = 0, content = "values" },
  { low = 0xDF, high = 0xDF, kind = "array", number = "varint", from = 15, content = "values" },
  { low = 0xE0, high = 0xE6, kind = "map", number = "inline", from = 0, content = "pairs" },
  { low = 0xE7, high = 0xE7, kind = "map", number = "varint", from = 7, content = "pairs" },
  { low = 0xE8, high = 0xEE, kind = "record", number = "inline", from = 0, content = "record" },
  { low = 0xEF, high = 0xEF, kind = "record", number = "varint", from = 7, content = "record" },
  { low = 0xF0, high = 0xF0, kind = "null", from = 0 },
  { low = 0xF1, high = 0xF1, kind = "false", from = 0 },
  { low = 0xF2, high = 0xF2, kind = "true", from = 0 },
  { low = 0xF3, high = 0xF3, kind = "float", from = 0, content = "float64" },
  { low = 0xF4, high = 0xF4, kind = "float", from = 0, content = "float32" },
  { low = 0xF5, high = 0xF5, kind = "decimal", number = "zigzag", from = 0, content = "value" },
  { low = 0xF6, high = 0xF6, kind = "ref", number = "varint", from = 24 },
  { low = 0xF7, high = 0xF7, kind = "text", number = "varint", from = 0, content = "utf16" },
  { low = 0xF8, high = 0xF8, kind = "tagged", number = "varint64", from = 0, content = "value" },
  { low = 0xF9, high = 0xF9, kind = "message", number = "varint", from = 0, content = "message" },
  { low = 0xFA, high = 0xFA, kind = "float", from = 0, content = "scaled" },
  { low = 0xFB, high = 0xFB, kind = "text", from = 0, content = "prefixed" },
  { low = 0xFC, high = 0xFE, kind = "reserved", number = "varint", from = 0, content = "bytes" },
  { low = 0xFF, high = 0xFF, kind = "invalid", from = 0 },
}) do
  for first = row.low, row.high do
    HEADS[first] = {
      kind = row.kind, number = row.number, from = row.from, least = row.least, content = row.content,
      n = row.from + first - row.low, width = row.width and row.width + first - row.low,
    }
  end
end

local unpack = table.unpack or unpack

local petrel = Proto("petrel", "Petrel")

----------------------------------------------------------------------------------------------------------- preferences

petrel.prefs.port = Pref.range("TCP ports", "", "Ports whose connections are Petrel's, whatever they begin with", 65535)
petrel.prefs.depth = Pref.uint("Deepest nesting", LIMITS.maxDepth, "Values that are nested deeper are at fault")
petrel.prefs.payload = Pref.uint("Longest payload", LIMITS.maxPayload, "Frames that are longer are at fault")
petrel.prefs.items = Pref.uint("Most values shown of a frame", 20000, "The values after them are not read")

----------------------------------------------------------------------------------------------------------------- fields

local f = {
  kind = ProtoField.uint8("petrel.kind", "Kind", base.DEC, FRAME_NAMES, 0xF0),
  length = ProtoField.uint32("petrel.payload_length", "Payload length"),
  verb = ProtoField.string("petrel.verb", "Verb"),
  request = ProtoField.framenum("petrel.request_in", "Request in", base.NONE, frametype.REQUEST),
  took = ProtoField.relative_time("petrel.took", "Time since the request"),
  packed = ProtoField.none("petrel.packed", "Frames within"),
  key = ProtoField.string("petrel.key", "Key"),
  resolved = ProtoField.string("petrel.resolved", "Text"),
  tag = ProtoField.string("petrel.tag", "Tag name"),
  fault = ProtoField.string("petrel.fault", "Fault"),
  unread = ProtoField.bytes("petrel.unread", "Not read"),
}
local payload = {
  id = ProtoField.uint64("petrel.id", "Request id"),
  received = ProtoField.uint64("petrel.received", "Counted frames taken"),
  next = ProtoField.uint64("petrel.next", "Number of the next counted frame"),
  attempt = ProtoField.uint64("petrel.attempt", "Attempt"),
  code = ProtoField.uint64("petrel.code", "Close code"),
  after = ProtoField.uint64("petrel.after", "Come back after ms"),
  type = ProtoField.uint64("petrel.type", "Extension type"),
  dictionary = ProtoField.uint64("petrel.dictionary", "Dictionary"),
  length = ProtoField.uint32("petrel.inflated_length", "Inflated length"),
  form = ProtoField.string("petrel.form", "Form"),
  scope = ProtoField.string("petrel.scope", "Scope"),
  text = ProtoField.string("petrel.text", "Text"),
  token = ProtoField.bytes("petrel.token", "Token"),
  echo = ProtoField.bytes("petrel.echo", "Echo"),
  deflated = ProtoField.bytes("petrel.deflated", "Deflated"),
  bytes = ProtoField.bytes("petrel.bytes", "Bytes"),
}
local v = {
  uint = ProtoField.uint64("petrel.value.uint", "uint"),
  nint = ProtoField.int64("petrel.value.nint", "nint"),
  ref = ProtoField.uint32("petrel.value.ref", "ref"),
  text = ProtoField.string("petrel.value.text", "text"),
  bytes = ProtoField.bytes("petrel.value.bytes", "bytes"),
  array = ProtoField.uint32("petrel.value.array", "array"),
  map = ProtoField.uint32("petrel.value.map", "map"),
  record = ProtoField.uint32("petrel.value.record", "record"),
  null = ProtoField.none("petrel.value.null", "null"),
  ["false"] = ProtoField.none("petrel.value.false", "false"),
  ["true"] = ProtoField.none("petrel.value.true", "true"),
  float = ProtoField.double("petrel.value.float", "float"),
  decimal = ProtoField.int64("petrel.value.decimal", "decimal, exponent"),
  tagged = ProtoField.uint64("petrel.value.tagged", "tagged"),
  message = ProtoField.uint64("petrel.value.message", "message, type"),
  reserved = ProtoField.bytes("petrel.value.reserved", "reserved"),
}
local all = {}
for _, group in ipairs({ f, payload, v }) do
  for _, field in pairs(group) do all[#all + 1] = field end
end
petrel.fields = all

local expert_of = {
  malformed = ProtoExpert.new("petrel.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR),
  limit = ProtoExpert.new("petrel.limit", "Over a limit", expert.group.PROTOCOL, expert.severity.ERROR),
  unsupported = ProtoExpert.new("petrel.unsupported", "Unsupported", expert.group.UNDECODED, expert.severity.WARN),
}
local expert_closed = ProtoExpert.new("petrel.pack.closed", "A PACK that is not inflated here", expert.group.UNDECODED, expert.severity.NOTE)
local expert_cut = ProtoExpert.new("petrel.cut", "More values than are shown", expert.group.UNDECODED, expert.severity.NOTE)
petrel.experts = { expert_of.malformed, expert_of.limit, expert_of.unsupported, expert_closed, expert_cut }

----------------------------------------------------------------------------------------------------------------- faults

-- What is read goes through a cursor: the bytes of a buffer as a string, the position of the next one from 0, and the end.
local function cursor_over(tvb, raw, pos, stop)
  return { tvb = tvb, raw = raw, pos = pos, stop = stop }
end

local function fault(code, offset)
  error({ code = code, offset = offset }, 0)
end

-- Runs a reader; answers the fault that ended it. Other errors go on.
local function fault_of(run, ...)
  local good, problem = pcall(run, ...)
  if good then return nil end
  if type(problem) ~= "table" then error(problem, 0) end
  return problem
end

local function show_fault(tree, tvb, problem)
  if problem.cut then
    tree:add_proto_expert_info(expert_cut)
    return
  end
  local known = ERRORS[problem.code]
  local at = math.min(problem.offset, tvb:len())
  local range = tvb(at, math.min(1, tvb:len() - at))
  local item = tree:add(f.fault, range, problem.code)
  item:append_text(" [" .. known.rule .. "], offset " .. string.format("%d", problem.offset))
  item:set_generated()
  item:add_proto_expert_info(expert_of[known.class], problem.code .. ": " .. known.text)
end

---------------------------------------------------------------------------------------------------------------- numbers

local function byte(c)
  if c.pos >= c.stop then fault("PAYLOAD_OVERRUN", c.stop) end
  c.pos = c.pos + 1
  return string.byte(c.raw, c.pos)
end

local function take(c, length)
  local start = c.pos
  if length > c.stop - start then fault("PAYLOAD_OVERRUN", c.stop) end
  c.pos = start + length
  return start
end

-- Groups of seven bits, the lowest first: at most `most`, the last of these at most `last`. [WIRE-3] [WIRE-4] [WIRE-5]
local function groups_of(c, most, last)
  local start, groups = c.pos, {}
  repeat
    local b = byte(c)
    if #groups == most - 1 and b > last then fault("VARINT_RANGE", start) end
    groups[#groups + 1] = b % 128
  until b < 128
  if #groups > 1 and groups[#groups] == 0 then fault("VARINT_OVERLONG", start) end
  return groups
end

local function sum_of(groups, from, to)
  local sum = 0
  for i = math.min(to, #groups), from, -1 do sum = sum * 128 + groups[i] end
  return sum
end

-- A length, count or index.
local function length_varint(c)
  return sum_of(groups_of(c, 5, 0x0F), 1, 5)
end

-- A number of 64 bits, and the same as a double, which rounds above 2^53.
local function number_varint(c)
  local groups = groups_of(c, 10, 0x01)
  local low, fifth, high = sum_of(groups, 1, 4), groups[5] or 0, sum_of(groups, 6, 10)
  local spill = math.floor(fifth / 16)
  return UInt64.new(low + (fifth % 16) * 2 ^ 28, spill + high * 8), sum_of(groups, 1, 10)
end

------------------------------------------------------------------------------------------------------------------ texts

-- Whether a string is well-formed UTF-8; otherwise where it is not, from 0. [WIRE-7]
local function bad_utf8(s)
  local i, n = 1, #s
  while i <= n do
    local b = string.byte(s, i)
    local more, low, high = 0, 0x80, 0xBF
    if b >= 0xC2 and b <= 0xDF then more = 1
    elseif b >= 0xE0 and b <= 0xEF then
      more = 2
      if b == 0xE0 then low = 0xA0 elseif b == 0xED then high = 0x9F end
    elseif b >= 0xF0 and b <= 0xF4 then
      more = 3
      if b == 0xF0 then low = 0x90 elseif b == 0xF4 then high = 0x8F end
    elseif b >= 0x80 then return i - 1 end
    for k = 1, more do
      local next = string.byte(s, i + k)
      if next == nil or next < low or next > high then return i - 1 end
      low, high = 0x80, 0xBF
    end
    i = i + more + 1
  end
  return nil
end

local function utf8_char(code)
  if code < 0x80 then return string.char(code) end
  local tail = string.char(0x80 + code % 64)
  code = math.floor(code / 64)
  if code < 0x20 then return string.char(0xC0 + code) .. tail end
  tail = string.char(0x80 + code % 64) .. tail
  code = math.floor(code / 64)
  if code < 0x10 then return string.char(0xE0 + code) .. tail end
  return string.char(0xF0 + math.floor(code / 64), 0x80 + code % 64) .. tail
end

-- UTF-16LE as UTF-8; `start` is the offset of its first byte, `head` that of its value. [WIRE-8]
local function from_utf16(s, start, head)
  if #s % 2 == 1 then fault("TEXT_UTF16", head) end
  local out, i = {}, 1
  while i < #s do
    local unit = string.byte(s, i) + 256 * string.byte(s, i + 1)
    local width = 2
    if unit >= 0xD800 and unit <= 0xDFFF then
      local low = i + 3 <= #s and string.byte(s, i + 2) + 256 * string.byte(s, i + 3) or 0
      if unit >= 0xDC00 or low < 0xDC00 or low > 0xDFFF then fault("TEXT_UTF16", start + i - 1) end
      unit, width = 0x10000 + (unit - 0xD800) * 1024 + low - 0xDC00, 4
    end
    out[#out + 1] = utf8_char(unit)
    i = i + width
  end
  return table.concat(out)
end

-- For labels: no control characters, and not long.
local function short(text)
  local cut = string.gsub(string.sub(text, 1, 60), "%c", ".")
  -- never the first bytes of a character alone
  if #text > 60 then cut = string.gsub(cut, "[\xC0-\xFF][\x80-\xBF]*$", "") .. "..." end
  return cut
end

-- A text as a field's value: Wireshark's end at a NUL, so that is shown as its symbol.
local function visible(text)
  return (string.gsub(text, "\0", "\xE2\x90\x80"))
end

----------------------------------------------------------------------------------------------------------------- values

-- The tables of one top-level value. [VALUE-22]
local function new_tables()
  return { texts = {}, shapes = {} }
end

local function learn_text(tables, text)
  if #text >= FIXED.referenceBytes and #tables.texts < FIXED.tableEntries then
    tables.texts[#tables.texts + 1] = text
  end
end

-- A literal's characters, and the offset of the first. The head has been read.
local function literal(c, start, head, length)
  local at = take(c, length)
  local s = string.sub(c.raw, at + 1, at + length)
  if head.content == "utf16" then return from_utf16(s, at, start) end
  local bad = bad_utf8(s)
  if bad ~= nil then fault("TEXT_UTF8", at + bad) end
  return s
end

-- How many characters are ASCII from the first, at most `most`.
local function ascii_prefix(text, most)
  local _, stop = string.find(string.sub(text, 1, most), "^[\0-\127]*")
  return stop or 0
end

-- A text that begins as an earlier one. [VALUE-26]
local function prefixed(c, start, tables)
  local base = tables.texts[#tables.texts - length_varint(c)]
  if base == nil then fault("REF_UNDEFINED", start) end
  local shared = length_varint(c) + FIXED.prefixCharacters
  if ascii_prefix(base, shared) < shared then fault("TEXT_PREFIX", start) end
  local rest = c.pos
  local head = HEADS[byte(c)]
  if head.kind ~= "text" or head.content == "prefixed" then fault("TEXT_PREFIX", rest) end
  local length = head.number == "inline" and head.n or head.from + length_varint(c)
  return string.sub(base, 1, shared) .. literal(c, rest, head, length)
end

-- The number of an integer that takes bytes of its own. [VALUE-2] [VALUE-3]
local function wide_integer(c, start, head)
  local at = take(c, head.width)
  local number = c.tvb(at, head.width):le_uint64()
  if head.least == nil then return number + head.from end
  local top = string.byte(c.raw, c.pos)
  if head.kind == "nint" and head.width == 8 and top > 0x7F then fault("INT_RANGE", start) end
  if top == 0 or number < UInt64(head.least) then fault("INT_OVERLONG", start) end
  return number
end

-- A float over a power of ten. [VALUE-25]
local function scaled_float(c, start)
  local control = byte(c)
  local width, scale = control % 8, math.floor(control / 8) % 16
  if width == 7 then fault("FLOAT_FORM", start) end
  local at, m = take(c, width), 0
  for i = width, 1, -1 do m = m * 256 + string.byte(c.raw, at + i) end
  local number = m / 10 ^ scale
  return control > 127 and -number or number
end

local read_value

-- Elements are charged when a head announces them. [LIMIT-3] [VALUE-23]
local function charge(c, start, count)
  c.elements = c.elements + count
  if c.elements > LIMITS.maxElements then fault("LIMIT_ELEMENTS", start) end
  if count > c.stop - c.pos then fault("PAYLOAD_OVERRUN", c.stop) end
end

local function named(label, text)
  return label == nil and text or label .. ": " .. text
end

-- All keys, then all values; a map of texts defines the next shape when its last key was read. [VALUE-7] [VALUE-10]
local function read_pairs(c, item, start, head, count, depth, tables, names)
  charge(c, start, 2 * count)
  local keys, texts = {}, true
  for i = 1, count do
    local at, key = c.pos, nil
    local first = HEADS[string.byte(c.raw, at + 1) or 0xFF]
    if first.content == "values" or first.content == "pairs" then fault("KEY_KIND", at) end
    key = read_value(c, item, "key", depth, tables, true)
    texts = texts and key.is_text
    keys[i] = names ~= nil and names[key.shown] or key.shown
  end
  if count > 0 and texts and #tables.shapes < FIXED.tableEntries then tables.shapes[#tables.shapes + 1] = keys end
  for i = 1, count do read_value(c, item, keys[i], depth, tables, false) end
end

-- What stands after the head of each kind of content, and the item that shows it.
local CONTENT = {}

function CONTENT.utf8(c, add, start, head, n, depth, tables)
  local text = literal(c, start, head, n)
  learn_text(tables, text)
  add(v.text, visible(text), '"' .. short(text) .. '"', true)
end
CONTENT.utf16 = CONTENT.utf8

function CONTENT.prefixed(c, add, start, head, n, depth, tables)
  local text = prefixed(c, start, tables)
  learn_text(tables, text)
  add(v.text, visible(text), '"' .. short(text) .. '"', true)
end

function CONTENT.bytes(c, add, start, head, n)
  local at = take(c, n)
  local shown = string.format("%d bytes", n)
  -- an empty range has no bytes to show: the head's stand for it
  local range = n > 0 and c.tvb(at, n) or c.tvb(start, c.pos - start)
  add(v[head.kind], nil, shown, false, range)
end

function CONTENT.values(c, add, start, head, n, depth, tables, in_key)
  if in_key then fault("KEY_KIND", start) end
  charge(c, start, n)
  local item = add(v.array, n, string.format("array of %d", n))
  for i = 1, n do read_value(c, item, string.format("[%d]", i - 1), depth, tables, false) end
end

function CONTENT.pairs(c, add, start, head, n, depth, tables, in_key, names)
  if in_key then fault("KEY_KIND", start) end
  local item = add(v.map, n, string.format("map of %d", n))
  read_pairs(c, item, start, head, n, depth, tables, names)
end

function CONTENT.record(c, add, start, head, n, depth, tables, in_key)
  local keys = tables.shapes[n + 1]
  if keys == nil then fault("SHAPE_UNDEFINED", start) end
  if in_key then fault("KEY_KIND", start) end
  charge(c, start, #keys)
  local item = add(v.record, n, string.format("record of shape %d", n))
  for _, key in ipairs(keys) do read_value(c, item, key, depth, tables, false) end
end

function CONTENT.value(c, add, start, head, n, depth, tables, in_key)
  if head.kind == "decimal" then
    local exponent = n:tonumber()
    local bound = FIXED.decimalExponent
    if exponent > bound or exponent < -bound then fault("LIMIT_NUMBER", start) end
    c.elements = c.elements + 1
    read_value(c, add(v.decimal, n, string.format("decimal, times 10^%d", exponent)), "coefficient", depth, tables, in_key)
    return
  end
  c.elements = c.elements + 1
  local name = TAGS[tostring(n)]
  local item = add(v.tagged, n, name or "tag " .. tostring(n))
  if name ~= nil then item:add(f.tag, c.tvb(start, c.pos - start), name):set_generated() end
  read_value(c, item, "content", depth, tables, in_key)
end

function CONTENT.message(c, add, start, head, n)
  local stop = c.pos + n
  if n > c.stop - c.pos then fault("PAYLOAD_OVERRUN", c.stop) end
  -- the type must end within the length [VALUE-19]
  local ends = false
  for i = c.pos + 1, math.min(stop, c.pos + 10) do ends = ends or string.byte(c.raw, i) < 128 end
  if not ends and n < 10 then fault("MESSAGE_FORM", start) end
  local kind = number_varint(c)
  c.pos = stop
  add(v.message, kind, string.format("message of type %s, %d bytes", tostring(kind), n))
end

function CONTENT.float64(c, add, start)
  local at = take(c, 8)
  add(v.float, c.tvb(at, 8):le_float(), tostring(c.tvb(at, 8):le_float()))
end

function CONTENT.float32(c, add, start)
  local at = take(c, 4)
  add(v.float, c.tvb(at, 4):le_float(), tostring(c.tvb(at, 4):le_float()))
end

function CONTENT.scaled(c, add, start)
  local number = scaled_float(c, start)
  add(v.float, number, tostring(number))
end

-- Values that no content follows, by their kinds.
local ALONE = {}

function ALONE.uint(c, add, start, head, n)
  add(v.uint, n, tostring(n))
end

function ALONE.nint(c, add, start, head, n)
  -- -1 - n, in 64 bits
  local number = Int64.new(-1) - Int64.new(n:lower(), n:higher())
  add(v.nint, number, tostring(number))
end

function ALONE.ref(c, add, start, head, n, depth, tables)
  local text = tables.texts[n + 1]
  if text == nil then fault("REF_UNDEFINED", start) end
  local item = add(v.ref, n, '"' .. short(text) .. '"', true)
  item:add(f.resolved, c.tvb(start, c.pos - start), visible(text)):set_generated()
end

local function constant(c, add, start, head)
  add(v[head.kind], nil, head.kind)
end
ALONE.null, ALONE["false"], ALONE["true"] = constant, constant, constant

-- The number that a head says: inline, or in what follows it.
local NUMBER = {}

function NUMBER.inline(c, start, head)
  return (head.kind == "uint" or head.kind == "nint") and UInt64.new(head.n, 0) or head.n
end

NUMBER.bytes = wide_integer

function NUMBER.varint(c, start, head)
  return head.from + length_varint(c)
end

function NUMBER.varint64(c)
  return (number_varint(c))
end

-- The lowest bit is the sign. [WIRE-6]
function NUMBER.zigzag(c, start)
  local _, number = number_varint(c)
  local half = math.floor(number / 2)
  return Int64.new(number % 2 == 0 and math.min(half, 0x7FFFFFFF) or -1 - math.min(half, 0x7FFFFFFE))
end

-- Reads one value and shows it below `tree`. Answers what stands for it as a key.
function read_value(c, tree, label, depth, tables, in_key, names)
  local start = c.pos
  local head = HEADS[byte(c)]
  if head.kind == "invalid" then fault("HEAD_INVALID", start) end
  local inner = OPENS[head.content] and depth + 1 or depth
  if inner > petrel.prefs.depth then fault("LIMIT_DEPTH", start) end
  c.shown = c.shown + 1
  if c.shown > petrel.prefs.items then error({ cut = true, offset = start }, 0) end
  local n = head.number ~= nil and NUMBER[head.number](c, start, head) or nil
  local key = { shown = head.kind, is_text = false }
  local item, item_is_part
  local function add(field, value, text, is_text, range)
    item_is_part = range ~= nil
    range = range or c.tvb(start, c.pos - start)
    item = value == nil and tree:add(field, range) or tree:add(field, range, value)
    item:set_text(named(label, text))
    key.shown, key.is_text = is_text and string.match(text, '^"(.*)"$') or text, is_text == true
    return item
  end
  local read = CONTENT[head.content] or ALONE[head.kind]
  read(c, add, start, head, n, inner, tables, in_key, names)
  if not item_is_part then item:set_len(c.pos - start) end
  return key
end

-- A top-level value: tables of its own, one element before its first byte.
local function read_top(c, tree, label, names)
  charge(c, c.pos, 1)
  return read_value(c, tree, label, 0, new_tables(), false, names)
end

--------------------------------------------------------------------------------------------------------------- payloads

local FIELD = {}

-- What has a rule of its own, by the field's name.
local CHECK = {
  id = function(number, start) if number == 0 then fault("ID_ZERO", start) end end,
  attempt = function(number, start) if number == 0 then fault("RESUME_FIELD", start) end end,
  next = function(number, start) if number == 0 then fault("RESUME_FIELD", start) end end,
}

function FIELD.varint(c, tree, name, said)
  local start = c.pos
  local number, near = number_varint(c)
  if CHECK[name] ~= nil then CHECK[name](near, start) end
  local item = tree:add(payload[name], c.tvb(start, c.pos - start), number)
  if name == "code" then item:append_text(", " .. (CLOSE_CODES[tostring(number)] or "not registered")) end
  if name == "dictionary" then item:append_text(", " .. (DICTIONARIES[tostring(number)] or "not registered")) end
  said[name] = tostring(number)
end

function FIELD.length(c, tree, name, said)
  local start = c.pos
  said[name] = length_varint(c)
  tree:add(payload[name], c.tvb(start, c.pos - start), said[name])
  if said[name] > petrel.prefs.payload then fault("LIMIT_PAYLOAD", start) end
end

-- A registered number or a text. [FRAME-7]
function FIELD.verb(c, tree, name, said)
  local start = c.pos
  local head = HEADS[byte(c)]
  if head.kind == "uint" and head.number == "inline" then
    said.verb = VERBS[head.n]
    if said.verb == nil then fault("VERB_UNKNOWN", start) end
    tree:add(f.verb, c.tvb(start, 1), said.verb):append_text(string.format(" (verb %d)", head.n))
    return
  end
  if head.content ~= "utf8" then fault("VERB_FORM", start) end
  local length = head.number == "inline" and head.n or head.from + length_varint(c)
  if length == 0 or length > FIXED.verbBytes then fault("VERB_FORM", start) end
  said.verb = literal(c, start, head, length)
  tree:add(f.verb, c.tvb(start, c.pos - start), visible(said.verb))
end

function FIELD.choice(c, tree, name, said, frame, field)
  local start = c.pos
  said[name] = field.names[byte(c) + 1]
  if said[name] == nil then fault(frame == "CLOSE" and "CLOSE_FORM" or "HELLO_FORM", start) end
  tree:add(payload[name], c.tvb(start, 1), said[name])
end

function FIELD.sized(c, tree, name)
  local start = c.pos
  local length = length_varint(c)
  if length == 0 or length > FIXED.tokenBytes then fault("RESUME_FIELD", start) end
  local at = take(c, length)
  tree:add(payload[name], c.tvb(at, length))
end

function FIELD.bytes(c, tree, name, said, frame)
  local length = c.stop - c.pos
  if name == "echo" and length > FIXED.echoBytes then fault("ECHO_LENGTH", c.pos) end
  if length > 0 then tree:add(payload[name], c.tvb(c.pos, length)) end
  said[name] = c.pos
  c.pos = c.stop
end

function FIELD.utf8(c, tree, name)
  local start, length = c.pos, c.stop - c.pos
  if length > FIXED.closeTextBytes then fault("CLOSE_FORM", start) end
  local text = literal(c, start, { content = "utf8" }, length)
  if length > 0 then tree:add(payload[name], c.tvb(start, length), visible(text)) end
end

function FIELD.value(c, tree, name, said, frame)
  local start = c.pos
  local first = HEADS[string.byte(c.raw, start + 1) or 0xFF]
  read_top(c, tree, frame == "HELLO" and "fields" or "value", frame == "HELLO" and HELLO_KEYS or nil)
  if frame == "HELLO" and first.kind ~= "map" then fault("HELLO_FORM", start) end
end

function FIELD.values(c, tree)
  local index = 0
  while c.pos < c.stop do
    read_top(c, tree, string.format("args[%d]", index))
    index = index + 1
  end
end

local function read_payload(c, tree, frame, said)
  c.elements, c.shown = 0, 0
  for _, field in ipairs(frame.fields) do FIELD[field.type](c, tree, field.name, said, frame.name, field) end
  if c.pos < c.stop then fault("TRAILING_BYTES", c.pos) end
end

--------------------------------------------------------------------------------------------------------------- requests

-- Commands without their replies, by connection, side and id: where they are, and when they were said.
local stream_of = Field.new("tcp.stream")
local asked = {}

function petrel.init()
  asked = {}
end

local function side(pinfo, said, from_source)
  local stream = stream_of()
  local address = from_source and tostring(pinfo.src) or tostring(pinfo.dst)
  local port = from_source and pinfo.src_port or pinfo.dst_port
  return string.format("%s %s %d %s", stream and tostring(stream) or "", address, port, said.id)
end

local function pair(pinfo, frame, said, tree)
  if said.id == nil then return end
  if frame.name == "COMMAND" then
    local key = side(pinfo, said, true)
    asked[key] = asked[key] or {}
    local last = asked[key][#asked[key]]
    -- the same packet may be dissected many times
    if last == nil or last.number < pinfo.number then
      table.insert(asked[key], { number = pinfo.number, time = pinfo.rel_ts })
    end
  elseif frame.name == "REPLY" or frame.name == "PART" then
    local found
    for _, command in ipairs(asked[side(pinfo, said, false)] or {}) do
      if command.number <= pinfo.number then found = command end
    end
    if found == nil then return end
    tree:add(f.request, found.number):set_generated()
    tree:add(f.took, NSTime.new(0, math.floor((pinfo.rel_ts - found.time) * 1e9 + 0.5))):set_generated()
  end
end

----------------------------------------------------------------------------------------------------------------- frames

-- The head of the frame at `pos`: kind, length of the payload, where that begins. Nothing while more bytes must tell.
local function read_head(raw, pos, stop)
  if pos >= stop then return nil end
  local first = string.byte(raw, pos + 1)
  local kind, length = math.floor(first / 16), first % 16
  if FRAMES[kind].name == "ILLEGAL" then fault("FRAME_ILLEGAL", pos) end
  if length < 15 then return kind, length, pos + 1 end
  local c = cursor_over(nil, raw, pos + 1, stop)
  local problem = fault_of(function() length = 15 + length_varint(c) end)
  if problem ~= nil and problem.code == "PAYLOAD_OVERRUN" then return nil end
  if problem ~= nil then fault(problem.code, problem.offset) end
  if length > petrel.prefs.payload then fault("LIMIT_PAYLOAD", pos) end
  return kind, length, c.pos
end

local show_frames

-- Canonical Huffman codes of lengths[1..n]: how many there are of each length, and their symbols in order. (RFC 1951, 3.2.2)
local function codes_of(lengths, n)
  local counts, offsets, symbols = {}, { 0 }, {}
  for length = 0, 15 do counts[length] = 0 end
  for i = 1, n do counts[lengths[i]] = counts[lengths[i]] + 1 end
  local left = 1
  for length = 1, 15 do
    left = 2 * left - counts[length]
    if left < 0 then fault("PACK_CONTENT", 0) end
    offsets[length + 1] = offsets[length] + counts[length]
  end
  for i = 1, n do
    local length = lengths[i]
    if length > 0 then
      offsets[length] = offsets[length] + 1
      symbols[offsets[length]] = i - 1
    end
  end
  return { counts = counts, symbols = symbols }
end

local function repeated(from, to, length, into)
  for i = from, to do into[i] = length end
  return into
end

local FIXED_CODES = codes_of(repeated(281, 288, 8, repeated(257, 280, 7, repeated(145, 256, 9, repeated(1, 144, 8, {})))), 288)
local FIXED_DISTANCES = codes_of(repeated(1, 30, 5, {}), 30)
local LENGTH_ORDER = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 }

-- Bits from a cursor, the lowest first.
local function bits_of(c)
  local held, count = 0, 0
  local bits = {}
  function bits.take(n)
    while count < n do
      held = held + byte(c) * 2 ^ count
      count = count + 8
    end
    local value = held % 2 ^ n
    held = (held - value) / 2 ^ n
    count = count - n
    return value
  end
  function bits.symbol(codes)
    local code, first, index = 0, 0, 0
    for length = 1, 15 do
      code = code + bits.take(1)
      local n = codes.counts[length]
      if code < first + n then return codes.symbols[index + code - first + 1] end
      index, first, code = index + n, 2 * (first + n), 2 * code
    end
    fault("PACK_CONTENT", 0)
  end
  function bits.align()
    held, count = 0, 0
  end
  return bits
end

-- The codes that a block brings along. (3.2.7)
local function dynamic_codes(bits)
  local literals, distances, orders = 257 + bits.take(5), 1 + bits.take(5), 4 + bits.take(4)
  local lengths = repeated(1, 19, 0, {})
  for i = 1, orders do lengths[LENGTH_ORDER[i] + 1] = bits.take(3) end
  local codes = codes_of(lengths, 19)
  lengths = {}
  while #lengths < literals + distances do
    local symbol = bits.symbol(codes)
    local length, times = symbol, 1
    if symbol == 16 then
      length, times = lengths[#lengths], 3 + bits.take(2)
    elseif symbol > 16 then
      length, times = 0, symbol == 17 and 3 + bits.take(3) or 11 + bits.take(7)
    end
    if length == nil or #lengths + times > literals + distances then fault("PACK_CONTENT", 0) end
    repeated(#lengths + 1, #lengths + times, length, lengths)
  end
  local own = {}
  for i = 1, distances do own[i] = lengths[literals + i] end
  return codes_of(lengths, literals), codes_of(own, distances)
end

-- How far a length's or distance's symbol counts from, and by how many more bits: `per` symbols for each number of bits. (3.2.5)
local function extended(bits, symbol, per, least)
  if symbol < 2 * per then return least + symbol end
  local extra = math.floor(symbol / per) - 1
  return least + (per + symbol % per) * 2 ^ extra + bits.take(extra)
end

-- The bytes of a block of codes, up to `most` in all.
local function inflate_block(bits, out, most, codes, distances)
  while #out <= most do
    local symbol = bits.symbol(codes)
    if symbol == 256 then return end
    if symbol < 256 then
      out[#out + 1] = symbol
    else
      if symbol > 285 then fault("PACK_CONTENT", 0) end
      local length = symbol == 285 and 258 or extended(bits, symbol - 257, 4, 3)
      local code = bits.symbol(distances)
      if code == nil or code > 29 then fault("PACK_CONTENT", 0) end
      local from = #out - extended(bits, code, 2, 1)
      if from < 0 then fault("PACK_CONTENT", 0) end
      for i = 1, math.min(length, most + 1 - #out) do out[#out + 1] = out[from + i] end
    end
  end
end

local function inflate_stored(c, bits, out, most)
  bits.align()
  local low, high, inverse_low, inverse_high = byte(c), byte(c), byte(c), byte(c)
  if low + inverse_low ~= 255 or high + inverse_high ~= 255 then fault("PACK_CONTENT", 0) end
  local length = low + 256 * high
  local at = take(c, length)
  for i = 1, math.min(length, most + 1 - #out) do out[#out + 1] = string.byte(c.raw, at + i) end
end

-- Raw DEFLATE (RFC 1951) from a cursor up to its end, after the bytes of a dictionary: the inflated bytes as a string, at most
-- one more than `length`. It must end with the payload. [FRAME-17]
local function inflate(c, preset, length)
  local bits, out = bits_of(c), {}
  for i = 1, #preset do out[i] = string.byte(preset, i) end
  local most, last = #preset + length, 0
  while last == 0 and #out <= most do
    last = bits.take(1)
    local kind = bits.take(2)
    if kind == 0 then inflate_stored(c, bits, out, most)
    elseif kind == 1 then inflate_block(bits, out, most, FIXED_CODES, FIXED_DISTANCES)
    elseif kind == 2 then inflate_block(bits, out, most, dynamic_codes(bits))
    else fault("PACK_CONTENT", 0) end
  end
  if #out <= most and c.pos < c.stop then fault("PACK_CONTENT", 0) end
  local parts = {}
  for i = #preset + 1, #out, 4096 do
    parts[#parts + 1] = string.char(unpack(out, i, math.min(i + 4095, #out)))
  end
  return table.concat(parts)
end

local PACKED = { COMMAND = true, REPLY = true, PART = true, PUSH = true, CANCEL = true, ACK = true }

-- What the frames of a PACK must be. [FRAME-17]
local function judge_packed(raw, length)
  if #raw ~= length then fault("PACK_CONTENT", math.min(#raw, length)) end
  local pos, forbidden = 0, nil
  while pos < length do
    local kind, size, body = read_head(raw, pos, length)
    if kind == nil or body + size > length then break end
    if forbidden == nil and not PACKED[FRAMES[kind].name] then forbidden = pos end
    pos = body + size
  end
  if forbidden ~= nil then fault("PACK_CONTENT", forbidden) end
  if pos < length then fault("PACK_CONTENT", length) end
end

-- Longer ones stay closed: Lua is slow.
local MOST_INFLATED = 2 ^ 20

-- What a PACK holds, where its dictionary is registered; `start` is where the PACK begins.
local function unpack_frames(c, start, tree, said, pinfo, names)
  local preset = PRESETS[said.dictionary]
  if preset == nil or said.length > MOST_INFLATED then
    tree:add_proto_expert_info(expert_closed)
    return
  end
  local raw
  local problem = fault_of(function()
    raw = inflate(cursor_over(c.tvb, c.raw, said.deflated, c.stop), preset, said.length)
  end)
  if problem ~= nil then
    show_fault(tree, c.tvb, { code = "PACK_CONTENT", offset = start })
    return
  end
  problem = fault_of(judge_packed, raw, said.length)
  if #raw == 0 then
    if problem ~= nil then show_fault(tree, c.tvb, problem) end
    return
  end
  local inner = ByteArray.new(raw, true):tvb("Petrel PACK")
  local item = tree:add(f.packed, inner:range())
  item:set_text(string.format("Frames within, %d bytes", #raw))
  if problem ~= nil then show_fault(item, inner, problem) end
  show_frames(inner, item, pinfo, names, true)
end

-- One whole frame.
local function show_frame(tvb, raw, start, kind, body, stop, tree, pinfo, names, packed)
  local frame = FRAMES[kind]
  local item = tree:add(petrel, tvb(start, stop - start), "Petrel " .. frame.name)
  item:add(f.kind, tvb(start, 1))
  local at = body > start + 1 and start + 1 or start
  item:add(f.length, tvb(at, body - at), stop - body)
  local c, said = cursor_over(tvb, raw, body, stop), {}
  local problem
  if #frame.fields == 0 then
    if stop > body then item:add(f.unread, tvb(body, stop - body)) end
    problem = { code = "FRAME_UNSUPPORTED", offset = start }
  else
    problem = fault_of(read_payload, c, item, frame, said)
  end
  if problem ~= nil then show_fault(item, tvb, problem) end
  local label = frame.name
  if said.id ~= nil then label = label .. " " .. said.id end
  if said.verb ~= nil then label = label .. " " .. short(said.verb) end
  item:set_text("Petrel " .. label)
  local code = problem and problem.code
  names[#names + 1] = code and label .. " [" .. code .. "]" or label
  if problem ~= nil then return end
  pair(pinfo, frame, said, item)
  if said.deflated ~= nil and not packed then unpack_frames(c, start, item, said, pinfo, names) end
end

-- The frames of a buffer, as many as are whole. Answers where the next one begins, and how many bytes it lacks, if that is known.
function show_frames(tvb, tree, pinfo, names, packed)
  local raw = tvb:raw(0, tvb:len())
  local stop, pos = #raw, 0
  while pos < stop do
    local kind, length, body
    local problem = fault_of(function() kind, length, body = read_head(raw, pos, stop) end)
    if problem ~= nil then
      local item = tree:add(petrel, tvb(pos, stop - pos), "Petrel, not read")
      show_fault(item, tvb, problem)
      names[#names + 1] = problem.code
      return stop
    end
    if kind == nil then return pos end
    if body + length > stop then return pos, body + length - stop end
    show_frame(tvb, raw, pos, kind, body, body + length, tree, pinfo, names, packed)
    pos = body + length
  end
  return pos
end

local MOST_NAMES = 20

function petrel.dissector(tvb, pinfo, tree)
  local names = {}
  local pos, missing = show_frames(tvb, tree, pinfo, names, false)
  pinfo.cols.protocol = "PETREL"
  if #names > 0 then
    local more = #names > MOST_NAMES and string.format(", %d more", #names - MOST_NAMES) or ""
    local said = table.concat(names, ", ", 1, math.min(#names, MOST_NAMES)) .. more
    pinfo.cols.info = said
    -- what the packet said before stays in front of it
    if tostring(pinfo.cols.info) ~= said then pinfo.cols.info = "; " .. said end
  end
  -- what was not captured whole can't be put together
  if pos < tvb:len() and tvb:len() == tvb:reported_len() then
    pinfo.desegment_offset = pos
    pinfo.desegment_len = missing or DESEGMENT_ONE_MORE_SEGMENT
  end
  return tvb:len()
end

----------------------------------------------------------------------------------------------------------- registration

-- Whether a buffer begins with a HELLO or RESUME, of which the form says which side speaks. [HELLO-1]
local function begins_link(tvb)
  local raw = tvb:raw(0, math.min(tvb:len(), 32))
  local kind, length, body
  local problem = fault_of(function() kind, length, body = read_head(raw, 0, #raw) end)
  if problem ~= nil or kind == nil or length < 2 or #raw < body + 2 then return false end
  local form, first = string.byte(raw, body + 1, body + 2)
  if form > 1 then return false end
  if FRAMES[kind].name == "HELLO" then return HEADS[first].kind == "map" and first > 0xE0 end
  return FRAMES[kind].name == "RESUME" and first > 0 and length >= 5 + first
end

local function heuristic(tvb, pinfo, tree)
  if tvb:len() < 3 or not begins_link(tvb) then return false end
  pinfo.conversation = petrel
  petrel.dissector(tvb, pinfo, tree)
  return true
end

local tcp_ports = DissectorTable.get("tcp.port")
local ports = ""

function petrel.prefs_changed()
  if ports ~= "" then tcp_ports:remove(ports, petrel) end
  ports = petrel.prefs.port
  if ports ~= "" then tcp_ports:add(ports, petrel) end
end

petrel:register_heuristic("tcp", heuristic)
pcall(function() petrel:register_heuristic("tls", heuristic) end)
tcp_ports:add_for_decode_as(petrel)
pcall(function() DissectorTable.get("tls.port"):add_for_decode_as(petrel) end)
