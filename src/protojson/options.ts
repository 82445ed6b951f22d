/** How messages become JSON and JSON becomes messages. */
import type { Registry } from '../message/registry.ts';

/** What both ways share. */
interface JsonOptions {
  /** The types that an `Any` may hold, and the extensions. Without it extensions are unknown, and only an empty `Any` has JSON. */
  readonly registry?: Registry;
  /**
   * Deepest nesting, counted as `decodeMessage` counts it: a message, a map's entry and what is inside an `Any` are a level
   * each. 0 to 1,000, default 100.
   */
  readonly maxDepth?: number;
}

/** How `fromJson` reads. */
export interface JsonReadOptions extends JsonOptions {
  /** Skip keys that are no field, and enum values whose name or number is not known. Default false: they are refused. */
  readonly ignoreUnknown?: boolean;
}

/** How `toJson` writes. */
export interface JsonWriteOptions extends JsonOptions {
  /** Write fields with implicit presence also where they hold their default, empty lists and maps included. Default false. */
  readonly alwaysEmit?: boolean;
  /** Name fields as the `.proto` file does: `send_time`, not `sendTime`. Default false. */
  readonly protoNames?: boolean;
  /** Write enums as numbers. Default false. */
  readonly enumNumbers?: boolean;
  /**
   * Write a `float` as the shortest number that reads back as it, 0.1. Default false: as the double that the message holds,
   * 0.10000000149011612 once it was in 32 bits; every reader takes both for the same float.
   */
  readonly shortFloats?: boolean;
}
