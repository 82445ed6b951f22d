/** An inferred schema as a `.proto` file. */
import type { FieldPlan, MessagePlan, Plan } from './infer.ts';

const VALUE = 'google.protobuf.Value';

/** The text of a file that holds the message, and those inside it, in proto3. */
export function protoText(message: MessagePlan): string {
  const messages = reachable(message);
  const usesValue = messages.some(({ fields }) => fields.some(({ plan }) => typeName(plan).includes(VALUE)));
  const head = ['syntax = "proto3";', ...(usesValue ? ['import "google/protobuf/struct.proto";'] : [])];
  return `${[...head, ...messages.map(messageText)].join('\n\n')}\n`;
}

/** A message and those that its fields hold, each once. */
function reachable(message: MessagePlan): readonly MessagePlan[] {
  const found = new Set([message]);
  for (const { fields } of found)
    for (const { plan } of fields) for (const inner of messagesOf(plan)) found.add(inner);
  return [...found];
}

function messagesOf(plan: Plan): readonly MessagePlan[] {
  if (plan.kind === 'message') return [plan];
  if (plan.kind === 'list') return messagesOf(plan.element);
  return plan.kind === 'map' ? messagesOf(plan.value) : [];
}

function messageText({ name, fields }: MessagePlan): string {
  const lines = fields.map(fieldText);
  return lines.length === 0 ? `message ${name} {}` : `message ${name} {\n${lines.join('\n')}\n}`;
}

function fieldText({ no, key, name, plan, always }: FieldPlan): string {
  const isDefault = name === key && !key.includes('_');
  const json = isDefault ? '' : ` [json_name = "${escaped(key)}"]`;
  const optional = !always && (plan.kind === 'scalar' || plan.kind === 'text') ? 'optional ' : '';
  return `  ${optional}${typeName(plan)} ${name} = ${no}${json};`;
}

function typeName(plan: Plan): string {
  switch (plan.kind) {
    case 'scalar':
      return plan.type;
    case 'text':
      return 'string';
    case 'any':
      return VALUE;
    case 'message':
      return plan.name;
    case 'list':
      return `repeated ${typeName(plan.element)}`;
    default:
      return `map<string, ${typeName(plan.value)}>`;
  }
}

/** A text between quotes in a `.proto` file. */
function escaped(text: string): string {
  return text.replaceAll(/[\p{C}"\\]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
