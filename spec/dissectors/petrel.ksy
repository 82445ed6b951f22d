# Petrel for Kaitai Struct. Generated from spec/codes.json of Petrel: change the generator, not this file.
meta:
  id: petrel
  title: A stream of Petrel's frames
  license: MIT
  ks-version: '0.10'
  endian: le
doc: |
  One direction of a link: frames, one after the other. What a PACK holds is shown deflated, references to texts are shown
  as their numbers, and what a payload holds beyond its fields is not judged: PROTOCOL.md has the rules.

  Records say how many values they have only by a map before them. So each value is told the shapes that those before it
  defined, as a text of ten digits for each, 1000000000 and its number of keys, and tells them on with its own.

  Numbers above 2^53 are rounded where the target language has no integers of 64 bits, as JavaScript.
seq:
  - id: frames
    type: frame
    repeat: eos
types:
  frame:
    seq:
      - id: kind
        type: b4
        enum: frame_kind
        valid:
          expr: _ != frame_kind::illegal
      - id: short_length
        type: b4
      - id: long_length
        type: length_varint
        if: short_length == 15
      - id: payload
        size: length
        type:
          switch-on: kind
          cases:
            frame_kind::command: command
            frame_kind::reply: reply
            frame_kind::part: part
            frame_kind::push: push
            frame_kind::cancel: cancel
            frame_kind::hello: hello
            frame_kind::resume: resume
            frame_kind::ack: ack
            frame_kind::ping: ping
            frame_kind::pong: pong
            frame_kind::close: close
            frame_kind::pack: pack
            frame_kind::extension: extension
    instances:
      length:
        value: 'short_length == 15 ? 15 + long_length.value : short_length'
  command:
    doc: '[FRAME-8]'
    seq:
      - id: id
        type: varint
      - id: verb
        type: verb
      - id: args
        type: value("", 0)
        repeat: eos
  reply:
    doc: '[FRAME-9]'
    seq:
      - id: id
        type: varint
      - id: value
        type: value("", 0)
  part:
    doc: '[FRAME-10]'
    seq:
      - id: id
        type: varint
      - id: value
        type: value("", 0)
  push:
    doc: '[FRAME-11]'
    seq:
      - id: verb
        type: verb
      - id: args
        type: value("", 0)
        repeat: eos
  cancel:
    doc: '[FRAME-12]'
    seq:
      - id: id
        type: varint
  hello:
    doc: '[HELLO-1]'
    seq:
      - id: form
        type: u1
        enum: hello_form
      - id: fields
        type: value("", 0)
  resume:
    doc: '[HELLO-8]'
    seq:
      - id: form
        type: u1
        enum: resume_form
      - id: token
        type: sized
      - id: attempt
        type: varint
      - id: received
        type: varint
      - id: next
        type: varint
  ack:
    doc: '[FRAME-13]'
    seq:
      - id: received
        type: varint
  ping:
    doc: '[FRAME-14]'
    seq:
      - id: echo
        size-eos: true
  pong:
    doc: '[FRAME-14]'
    seq:
      - id: echo
        size-eos: true
  close:
    doc: '[FRAME-15]'
    seq:
      - id: scope
        type: u1
        enum: close_scope
      - id: received
        type: varint
      - id: code
        type: varint
      - id: after
        type: varint
      - id: text
        type: str
        encoding: UTF-8
        size-eos: true
  pack:
    doc: '[FRAME-16]'
    seq:
      - id: dictionary
        type: varint
      - id: length
        type: length_varint
      - id: deflated
        size-eos: true
  extension:
    doc: '[FRAME-18]'
    seq:
      - id: type
        type: varint
      - id: bytes
        size-eos: true
  verb:
    doc: A registered number, or a text of 1 to 64 bytes. [FRAME-7]
    seq:
      - id: first
        type: u1
        valid:
          expr: _ <= 0x57 or (_ > 0xA0 and _ <= 0xC7)
      - id: long_length
        type: length_varint
        if: first == 0xC7
      - id: text
        type: str
        encoding: UTF-8
        size: 'first == 0xC7 ? 39 + long_length.value : first - 0xA0'
        if: first > 0x57
    instances:
      number:
        value: first
        enum: verb_number
        if: first <= 0x57
  sized:
    doc: Bytes after their length.
    seq:
      - id: size
        type: length_varint
      - id: content
        size: size.value
  value:
    doc: A value, of any kind. [VALUE-1]
    params:
      - id: shapes
        type: str
      - id: depth
        type: u4
        doc: How many values that it stands in are arrays, maps, records, tagged values and decimals.
    seq:
      - id: first
        type: u1
        valid:
          expr: _ != 0xff and (not opens or depth < 100)
      - id: wide
        type: integer(width)
        if: form == number_form::bytes
      - id: counted
        type: length_varint
        if: form == number_form::varint
      - id: big
        type: varint
        if: form == number_form::varint64 or form == number_form::zigzag
      - id: utf8
        type: str
        encoding: UTF-8
        size: number
        if: content == content_form::utf8
      - id: utf16
        type: str
        encoding: UTF-16LE
        size: number
        if: content == content_form::utf16
      - id: bytes
        size: number
        if: content == content_form::bytes
      - id: float64
        type: f8
        if: content == content_form::float64
      - id: float32
        type: f4
        if: content == content_form::float32
      - id: scaled
        type: scaled
        if: content == content_form::scaled
      - id: prefixed
        type: prefixed
        if: content == content_form::prefixed
      - id: message
        size: number
        type: message
        if: content == content_form::message
      - id: array
        type: elements(number, shapes, depth + 1)
        if: content == content_form::values
      - id: map
        type: pairs(number, shapes, depth + 1)
        if: content == content_form::pairs
      - id: record
        type: record(number, shapes, depth + 1)
        if: content == content_form::record
      - id: inner
        type: value(shapes, depth + 1)
        if: content == content_form::value
    instances:
      row:
        doc: Which row of the table of first bytes.
        value: 'first <= 0x57 ? 0 : first <= 0x58 ? 1 : first <= 0x5F ? 2 : first <= 0x7F ? 3 : first <= 0x80 ? 4 : first <= 0x87 ? 5 : first <= 0x9F ? 6 : first <= 0xC6 ? 7 : first <= 0xC7 ? 8 : first <= 0xCE ? 9 : first <= 0xCF ? 10 : first <= 0xDE ? 11 : first <= 0xDF ? 12 : first <= 0xE6 ? 13 : first <= 0xE7 ? 14 : first <= 0xEE ? 15 : first <= 0xEF ? 16 : first <= 0xF0 ? 17 : first <= 0xF1 ? 18 : first <= 0xF2 ? 19 : first <= 0xF3 ? 20 : first <= 0xF4 ? 21 : first <= 0xF5 ? 22 : first <= 0xF6 ? 23 : first <= 0xF7 ? 24 : first <= 0xF8 ? 25 : first <= 0xF9 ? 26 : first <= 0xFA ? 27 : first <= 0xFB ? 28 : first <= 0xFE ? 29 : 30'
      low:
        value: '[0, 88, 89, 96, 128, 129, 136, 160, 199, 200, 207, 208, 223, 224, 231, 232, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 255][row]'
      kind:
        value: '[0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 11, 12, 2, 3, 13, 14, 11, 3, 15, 16][row]'
        enum: value_kind
      form:
        value: '[1, 2, 2, 1, 2, 2, 1, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 0, 0, 0, 0, 0, 5, 3, 3, 4, 3, 0, 0, 3, 0][row]'
        enum: number_form
      content:
        value: '[0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 0, 0, 6, 7, 8, 0, 9, 8, 10, 11, 12, 2, 0][row]'
        enum: content_form
      width:
        value: '[0, 1, 2, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][row] + first - low'
      number:
        doc: |
          What the head says: an integer's number (of a nint n, where the value is -1 - n), the index of a reference, a length in
          bytes, a count of elements or pairs, the shape of a record, a tag.
        value: |
          [0, 88, 0, 0, 32, 0, 0, 0, 39, 0, 7, 0, 15, 0, 7, 0, 7, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0][row] + (form == number_form::inline ? first - low
            : form == number_form::bytes ? wide.value
            : form == number_form::varint ? counted.value
            : form == number_form::varint64 ? big.value : 0)
      exponent:
        doc: Of a decimal.
        value: 'big.value % 2 == 0 ? big.value / 2 : -1 - (big.value - 1) / 2'
        if: form == number_form::zigzag
      opens:
        value: content == content_form::values or content == content_form::pairs or content == content_form::record or content == content_form::value
      is_text:
        value: kind == value_kind::text or kind == value_kind::ref
      shapes_after:
        value: |
          content == content_form::values ? array.shapes_after.as<str>
            : content == content_form::pairs ? map.shapes_after.as<str>
            : content == content_form::record ? record.shapes_after.as<str>
            : content == content_form::value ? inner.shapes_after.as<str> : shapes
  elements:
    params:
      - id: count
        type: u4
      - id: shapes
        type: str
      - id: depth
        type: u4
    seq:
      - id: items
        type: 'value(_index == 0 ? shapes : items[_index - 1].shapes_after.as<str>, depth)'
        repeat: expr
        repeat-expr: count
    instances:
      shapes_after:
        value: 'count == 0 ? shapes : items[count - 1].shapes_after.as<str>'
  pairs:
    doc: All keys, then all values. A map whose keys are all texts defines the next shape. [VALUE-7] [VALUE-10]
    params:
      - id: count
        type: u4
      - id: shapes
        type: str
      - id: depth
        type: u4
    seq:
      - id: keys
        type: 'key(_index == 0 ? true : keys[_index - 1].texts.as<bool>, shapes, depth)'
        repeat: expr
        repeat-expr: count
      - id: values
        type: elements(count, defined, depth)
    instances:
      defined:
        value: |
          count > 0 and keys[count - 1].texts and shapes.length < 163840
            ? shapes + (1000000000 + count).to_s : shapes
      shapes_after:
        value: values.shapes_after.as<str>
  key:
    params:
      - id: before
        type: bool
        doc: Whether all the keys before are texts.
      - id: shapes
        type: str
      - id: depth
        type: u4
    seq:
      - id: value
        type: value(shapes, depth)
    instances:
      texts:
        value: before and value.is_text
  record:
    params:
      - id: shape
        type: u4
      - id: shapes
        type: str
      - id: depth
        type: u4
    seq:
      - id: defined
        size: 0
        valid:
          expr: shape * 10 < shapes.length
      - id: values
        type: elements(count, shapes, depth)
    instances:
      count:
        value: shapes.substring(shape * 10, shape * 10 + 10).to_i - 1000000000
      shapes_after:
        value: values.shapes_after.as<str>
  message:
    seq:
      - id: type
        type: varint
      - id: body
        size-eos: true
  scaled:
    doc: An integer over a power of ten. [VALUE-25]
    seq:
      - id: control
        type: u1
        valid:
          expr: (_ & 7) != 7
      - id: digits
        type: integer(control & 7)
    instances:
      scale:
        value: (control >> 3) & 15
      value:
        value: '(control >= 0x80 ? -1.0 : 1.0) * digits.value / [1.0e+0, 1.0e+1, 1.0e+2, 1.0e+3, 1.0e+4, 1.0e+5, 1.0e+6, 1.0e+7, 1.0e+8, 1.0e+9, 1.0e+10, 1.0e+11, 1.0e+12, 1.0e+13, 1.0e+14, 1.0e+15][scale]'
  prefixed:
    doc: A text that begins as an earlier one does. [VALUE-26]
    seq:
      - id: distance
        type: length_varint
      - id: more
        type: length_varint
        doc: Characters that are shared, beyond the first 8.
      - id: rest
        type: value("", 0)
  integer:
    doc: The lowest byte first.
    params:
      - id: width
        type: u4
    seq:
      - id: digits
        type: 'digit(_index == 0 ? 0 : digits[_index - 1].sum.as<u8>, _index == 0 ? 1 : digits[_index - 1].scale * 256)'
        repeat: expr
        repeat-expr: width
    instances:
      value:
        value: 'width == 0 ? 0 : digits[width - 1].sum'
  digit:
    params:
      - id: before
        type: u8
      - id: scale
        type: u8
    seq:
      - id: byte
        type: u1
    instances:
      sum:
        value: (before + byte * scale).as<u8>
  length_varint:
    doc: |
      A length, count or index. [WIRE-5] The protocol has them below 2^32, its default limits below 2^25, this file below 2^30: the
      streams of some languages take longer lengths modulo 2^32.
    seq:
      - id: groups
        type: 'group(_index, _index == 0 ? 0 : groups[_index - 1].sum.as<u8>, _index == 0 ? 1 : groups[_index - 1].scale * 128, 4, 0x03)'
        repeat: until
        repeat-until: not _.more
    instances:
      value:
        value: groups.last.sum
  varint:
    doc: A number of 64 bits. [WIRE-4]
    seq:
      - id: groups
        type: 'group(_index, _index == 0 ? 0 : groups[_index - 1].sum.as<u8>, _index == 0 ? 1 : groups[_index - 1].scale * 128, 9, 0x01)'
        repeat: until
        repeat-until: not _.more
    instances:
      value:
        value: groups.last.sum
  group:
    doc: Seven bits, the lowest group first; the last one is not 0. [WIRE-2] [WIRE-3]
    params:
      - id: index
        type: u4
      - id: before
        type: u8
      - id: scale
        type: u8
      - id: last
        type: u4
      - id: most
        type: u1
        doc: What the last byte is at most.
    seq:
      - id: byte
        type: u1
        valid:
          expr: '(index < last or _ <= most) and (index == 0 or _ != 0)'
    instances:
      more:
        value: byte >= 0x80
      sum:
        value: (before + (byte & 0x7f) * scale).as<u8>
enums:
  frame_kind:
    0: 'illegal'
    1: 'command'
    2: 'reply'
    3: 'part'
    4: 'push'
    5: 'cancel'
    6: 'reserved6'
    7: 'reserved7'
    8: 'hello'
    9: 'resume'
    10: 'ack'
    11: 'ping'
    12: 'pong'
    13: 'close'
    14: 'pack'
    15: 'extension'
  value_kind:
    0: 'uint'
    1: 'nint'
    2: 'ref'
    3: 'text'
    4: 'bytes'
    5: 'array'
    6: 'map'
    7: 'record'
    8: 'null'
    9: 'false'
    10: 'true'
    11: 'float'
    12: 'decimal'
    13: 'tagged'
    14: 'message'
    15: 'reserved'
    16: 'invalid'
  number_form:
    0: 'none'
    1: 'inline'
    2: 'bytes'
    3: 'varint'
    4: 'varint64'
    5: 'zigzag'
  content_form:
    0: 'none'
    1: 'utf8'
    2: 'bytes'
    3: 'values'
    4: 'pairs'
    5: 'record'
    6: 'float64'
    7: 'float32'
    8: 'value'
    9: 'utf16'
    10: 'message'
    11: 'scaled'
    12: 'prefixed'
  verb_number:
    1: 'send'
    2: 'sync'
    3: 'news'
    4: 'read'
    5: 'recall'
    6: 'typing'
    7: 'presence'
    8: 'upload'
    9: 'download'
    10: 'auth'
    11: 'subscribe'
    12: 'unsubscribe'
    13: 'publish'
    14: 'resp'
    16: 'get'
    17: 'set'
    18: 'del'
    19: 'exists'
    20: 'expire'
    21: 'incr'
    22: 'mget'
    23: 'mset'
    24: 'hget'
    25: 'hset'
    26: 'lpush'
    27: 'rpush'
    28: 'lrange'
    29: 'sadd'
    30: 'zadd'
    31: 'xadd'
  tag:
    1: 'set'
    2: 'error'
    3: 'verbatim'
    4: 'bignum'
    5: 'attribute'
    6: 'push'
    7: 'resp_status'
    8: 'resp_null'
    9: 'resp_big'
    10: 'resp_double'
    11: 'resp_pairs'
    12: 'resp_streamed'
    13: 'resp_chunks'
    14: 'resp_pairs_attribute'
  close_code:
    0: 'normal'
    1: 'malformed'
    2: 'limit'
    3: 'unsupported'
    4: 'version'
    5: 'auth'
    6: 'session_lost'
    7: 'replaced'
    8: 'going_away'
    9: 'overloaded'
    10: 'timeout'
    11: 'internal'
  hello_key:
    0: 'versions'
    1: 'version'
    2: 'max_payload'
    3: 'max_depth'
    4: 'max_elements'
    5: 'max_expanded'
    6: 'window_bytes'
    7: 'window_frames'
    8: 'ack_delay'
    9: 'capabilities'
    10: 'dictionaries'
    11: 'agent'
    12: 'credentials'
    13: 'token'
    14: 'unknown'
  hello_form:
    0: 'offer'
    1: 'answer'
  resume_form:
    0: 'offer'
    1: 'answer'
  close_scope:
    0: 'link'
    1: 'session'
