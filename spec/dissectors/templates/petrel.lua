-- Petrel for Wireshark and tshark. Generated from spec/codes.json of Petrel: change the generator, not this file.
--
-- Installation: copy it into the folder of personal Lua plugins (Help, About, Folders), or name it for one run:
--   tshark -X lua_script:petrel.lua -r capture.pcapng -Y petrel
-- A connection is Petrel's where its client begins with a HELLO or RESUME. For others name the port: the preference
-- petrel.port, or -d tcp.port==7000,petrel; within TLS: -d tls.port==7443,petrel.

--@registry

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
