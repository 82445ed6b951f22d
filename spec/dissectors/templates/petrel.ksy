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
#@cases
    instances:
      length:
        value: 'short_length == 15 ? 15 + long_length.value : short_length'
#@payloads
  verb:
    doc: A registered number, or a text of 1 to 64 bytes. [FRAME-7]
    seq:
      - id: first
        type: u1
        valid:
          expr: _ <= @inlineUint or (_ > @text and _ <= @textLong)
      - id: long_length
        type: length_varint
        if: first == @textLong
      - id: text
        type: str
        encoding: UTF-8
        size: 'first == @textLong ? @textFrom + long_length.value : first - @text'
        if: first > @inlineUint
    instances:
      number:
        value: first
        enum: verb_number
        if: first <= @inlineUint
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
          expr: _ != 0xff and (not opens or depth < @maxDepth)
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
        value: '@row'
      low:
        value: '@lows[row]'
      kind:
        value: '@kinds[row]'
        enum: value_kind
      form:
        value: '@forms[row]'
        enum: number_form
      content:
        value: '@contents[row]'
        enum: content_form
      width:
        value: '@widths[row] + first - low'
      number:
        doc: |
          What the head says: an integer's number (of a nint n, where the value is -1 - n), the index of a reference, a length in
          bytes, a count of elements or pairs, the shape of a record, a tag.
        value: |
          @froms[row] + (form == number_form::inline ? first - low
            : form == number_form::bytes ? wide.value
            : form == number_form::varint ? counted.value
            : form == number_form::varint64 ? big.value : 0)
      exponent:
        doc: Of a decimal.
        value: 'big.value % 2 == 0 ? big.value / 2 : -1 - (big.value - 1) / 2'
        if: form == number_form::zigzag
      opens:
        value: @opens
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
          count > 0 and keys[count - 1].texts and shapes.length < @tableDigits
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
        value: '(control >= 0x80 ? -1.0 : 1.0) * digits.value / @powers[scale]'
  prefixed:
    doc: A text that begins as an earlier one does. [VALUE-26]
    seq:
      - id: distance
        type: length_varint
      - id: more
        type: length_varint
        doc: Characters that are shared, beyond the first @prefixCharacters.
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
#@enums
