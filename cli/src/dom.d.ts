/** The DOM's, which the declarations of @msgpack/msgpack name. */
type BufferSource = ArrayBuffer | ArrayBufferView;
