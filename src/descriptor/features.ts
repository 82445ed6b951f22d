/** Features: what an edition, or proto2 and proto3 before there were editions, says about presence, enums and encodings. */
import { plain, type Fail } from './error.ts';
import { Label, Type } from './kinds.ts';
import type { FeatureOptions, FeatureSet, FieldDescriptorProto, FileDescriptorProto } from './proto.ts';

/** Features, every one decided. */
export type Features = Required<{ [K in keyof FeatureSet]: number }>;

export const Presence = { EXPLICIT: 1, IMPLICIT: 2, REQUIRED: 3 } as const;
export const Enums = { OPEN: 1, CLOSED: 2 } as const;
export const Repeated = { PACKED: 1, EXPANDED: 2 } as const;
export const Utf8 = { VERIFY: 2, NONE: 3 } as const;
export const Encoding = { LENGTH_PREFIXED: 1, DELIMITED: 2 } as const;

/** The numbers that each feature may have. */
const ALLOWED: { readonly [K in keyof Features]: readonly number[] } = {
  fieldPresence: Object.values(Presence),
  enumType: Object.values(Enums),
  repeatedFieldEncoding: Object.values(Repeated),
  utf8Validation: Object.values(Utf8),
  messageEncoding: Object.values(Encoding),
};
const NAMES = Object.keys(ALLOWED) as readonly (keyof Features)[];

const PROTO2: Features = {
  fieldPresence: Presence.EXPLICIT,
  enumType: Enums.CLOSED,
  repeatedFieldEncoding: Repeated.EXPANDED,
  utf8Validation: Utf8.NONE,
  messageEncoding: Encoding.LENGTH_PREFIXED,
};
const PROTO3: Features = {
  fieldPresence: Presence.IMPLICIT,
  enumType: Enums.OPEN,
  repeatedFieldEncoding: Repeated.PACKED,
  utf8Validation: Utf8.VERIFY,
  messageEncoding: Encoding.LENGTH_PREFIXED,
};
const EDITION_2023: Features = { ...PROTO3, fieldPresence: Presence.EXPLICIT };

/** By the number of the edition. What 2024 added changes no message. */
const EDITIONS: ReadonlyMap<unknown, Features> = new Map([
  [998, PROTO2],
  [999, PROTO3],
  [1000, EDITION_2023],
  [1001, EDITION_2023],
]);

/** What a file's declarations start from, before its own options. @throws DescriptorError for a syntax not known here. */
export function defaultFeatures({ syntax, edition }: FileDescriptorProto, fail: Fail): Features {
  if (syntax === undefined || syntax === '' || syntax === 'proto2') return PROTO2;
  if (syntax === 'proto3') return PROTO3;
  if (syntax !== 'editions') throw fail(`has the syntax ${plain(syntax)}, which is not known`);
  const features = EDITIONS.get(edition);
  if (!features) throw fail(`has the edition ${String(edition)}, which is not known`);
  return features;
}

/** The features around a declaration, overridden by its own. @throws DescriptorError for a number that no feature has. */
export function inherit(around: Features, options: FeatureOptions | undefined, fail: Fail): Features {
  const own = options?.features;
  if (!own) return around;
  const features = { ...around };
  for (const name of NAMES) {
    const value = own[name];
    if (value === undefined) continue;
    if (!ALLOWED[name].includes(value)) throw fail(`has ${value} for the feature ${name}`);
    features[name] = value;
  }
  return features;
}

/** A field's features: what proto2 and proto3 say in other words, then its own. */
export function fieldFeatures(around: Features, field: FieldDescriptorProto, fail: Fail): Features {
  const features = { ...around };
  if (field.label === Label.REQUIRED) features.fieldPresence = Presence.REQUIRED;
  if (field.proto3Optional === true) features.fieldPresence = Presence.EXPLICIT;
  if (field.type === Type.GROUP) features.messageEncoding = Encoding.DELIMITED;
  const packed = field.options?.packed;
  if (packed !== undefined) features.repeatedFieldEncoding = packed ? Repeated.PACKED : Repeated.EXPANDED;
  return inherit(features, field.options, fail);
}
