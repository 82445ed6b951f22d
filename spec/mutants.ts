/**
 * The mutants of a source file: copies in which one check is disabled. A check is a thrown fault or refusal, one of the
 * alternatives of the condition before it, a call that only judges, a row of a table that names a check, or an answer of
 * a predicate. What a check is, is read off the syntax tree, so that new code is found without being listed.
 */
import ts from 'typescript';

export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** What was disabled, in one line. */
  readonly what: string;
  /** The text around: the function that holds the check. */
  readonly around: string;
  readonly source: string;
}

/** Errors on their way up: disabling one disables no check. */
const RETHROWN =
  /^(error|plan \?|named\(|this\.failure|this\.named\(|this\.located\(|withPath\(|through\(|new Error\(\))/;
/** Methods and functions that do nothing but judge. */
const JUDGES =
  /(^|\.)(need|count|charge|level|children|open|expand|account|addElements|addText|checkDepth|checkExpanded|checkVersion|demandCanonical|within|endGroup|expect|judge|whole|demand|demandWhole|demandBytes)$|^this\.enter$/;
/** Where a session fails, and what says that it does. */
const FAILS = /^(this\.fail\(|new ProtocolError\()/;
/** Functions that answer whether something may stand. */
const PREDICATES = /^(is[A-Z]\w*|tagAllows|withinDigits|fitsWord)$/;
const CODE = /^'[A-Z]+_[A-Z0-9_]+'$/;
const RULE = /^'[A-Z]+-\d+'$/;

/** Every mutant of `source`, the text of `file`. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const replace = (node: ts.Node, by: string): void => {
    const [start, end] = [node.getStart(), node.getEnd()];
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    const what = `${node.getText().replace(/\s+/g, ' ').slice(0, 100)} -> ${by.slice(0, 24)}`;
    const around = ts.findAncestor(node, ts.isFunctionLike)?.getText() ?? what;
    mutants.push({ file, line, what, around, source: source.slice(0, start) + by + source.slice(end) });
  };
  const visit = (node: ts.Node): void => {
    disable(node, replace);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants;
}

type Replace = (node: ts.Node, by: string) => void;

function disable(node: ts.Node, replace: Replace): void {
  if (ts.isThrowStatement(node)) disableThrow(node, replace);
  else if (ts.isIfStatement(node) && isGuard(node)) disableGuard(node.expression, replace);
  else if (ts.isIfStatement(node) && throws(node.thenStatement))
    disableAlternatives(node.expression, replace);
  else if (ts.isIfStatement(node) && closes(node.thenStatement)) replace(node.expression, 'false');
  else if (ts.isExpressionStatement(node)) disableJudge(node, replace);
  else if (ts.isCallExpression(node)) disableRuled(node, replace);
  else if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) disableNamed(node, replace);
}

/** A session's way of having nothing happen: `if (...) return;`, and of ending it. */
function isGuard(node: ts.IfStatement): boolean {
  const { thenStatement, elseStatement } = node;
  const { fileName } = node.getSourceFile();
  if (!fileName.includes('/session/') || elseStatement !== undefined || !ts.isReturnStatement(thenStatement))
    return false;
  return thenStatement.expression === undefined || isFailure(thenStatement);
}

function disableGuard(condition: ts.Expression, replace: Replace): void {
  const parts = alternatives(condition);
  for (const part of parts.length > 0 ? parts : [condition]) replace(part, 'false');
}

function disableThrow(node: ts.ThrowStatement, replace: Replace): void {
  const thrown = node.expression.getText();
  if (!RETHROWN.test(thrown)) replace(node, `void ${thrown};`);
}

function throws(branch: ts.Statement): boolean {
  const only = ts.isBlock(branch) ? branch.statements[0] : branch;
  return only !== undefined && (ts.isThrowStatement(only) || isFailure(only));
}

/** A fault that is not thrown: it ends a session, or is answered. */
function isFailure(node: ts.Statement): boolean {
  return ts.isReturnStatement(node) && FAILS.test(node.expression?.getText() ?? '');
}

/** Whether a link ends there: a check of what comes on it. */
function closes(branch: ts.Statement): boolean {
  const only = ts.isBlock(branch) ? branch.statements[0] : branch;
  return only !== undefined && /^(return )?this\.(link\.)?(close|refuse|fail)\(/.test(only.getText());
}

/** Each alternative of a condition that leads to a fault, wherever the condition was computed. */
function disableAlternatives(condition: ts.Expression, replace: Replace): void {
  for (const alternative of alternatives(condition)) replace(alternative, 'false');
  const body = ts.findAncestor(condition, ts.isBlock);
  for (const statement of body?.statements ?? []) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const used = new RegExp(`\\b${name.getText()}\\b`).test(condition.getText());
      if (used && initializer) for (const part of alternatives(initializer)) replace(part, 'false');
    }
  }
}

/** The operands of every `||` within an expression; none when it has no `||`. */
function alternatives(expression: ts.Expression, within = false): ts.Expression[] {
  if (ts.isParenthesizedExpression(expression)) return alternatives(expression.expression, within);
  if (!ts.isBinaryExpression(expression)) return within ? [expression] : [];
  const { left, right, operatorToken } = expression;
  if (operatorToken.kind === ts.SyntaxKind.BarBarToken)
    return [...alternatives(left, true), ...alternatives(right, true)];
  return within ? [expression] : [...alternatives(left), ...alternatives(right)];
}

function disableJudge(node: ts.ExpressionStatement, replace: Replace): void {
  const call = node.expression;
  if (ts.isCallExpression(call) && JUDGES.test(call.expression.getText())) replace(node, ';');
}

/** A field made with a code and a rule: it reads on when it finds that fault. */
function disableRuled(node: ts.CallExpression, replace: Replace): void {
  const [code, rule] = node.arguments.map((argument) => argument.getText());
  if (code === undefined || rule === undefined || !CODE.test(code) || !RULE.test(rule)) return;
  // a row of a table is made by a function; a method that ends a link is a check by the `if` before it
  if (!ts.isIdentifier(node.expression) || node.expression.text === 'fault') return;
  if (ts.findAncestor(node, ts.isThrowStatement)) return;
  const read = `read: (r, b) => { try { return f.read(r, b); } catch (e) { if (e.code !== ${code}) throw e; } }`;
  const write = 'write: (w, v, b) => { try { f.write(w, v, b); } catch {} }';
  for (const side of [read, write]) replace(node, `((f) => ({ ...f, ${side} }))(${node.getText()})`);
}

/** A predicate by its name, and the rows of a table of checks. */
function disableNamed(node: ts.VariableDeclaration | ts.FunctionDeclaration, replace: Replace): void {
  if (ts.isFunctionDeclaration(node)) {
    if (PREDICATES.test(node.name!.text)) disableReturns(node, replace);
    return;
  }
  const { initializer, name } = node;
  if (initializer && ts.isArrayLiteralExpression(initializer) && name.getText().endsWith('FIELDS')) {
    for (const row of initializer.elements) disableRow(row, replace);
  } else if (initializer && ts.isArrowFunction(initializer) && PREDICATES.test(name.getText())) {
    if (ts.isBlock(initializer.body)) disableReturns(initializer.body, replace);
    else disableAnswer(initializer.body, replace);
  }
}

function disableRow(row: ts.Expression, replace: Replace): void {
  if (!ts.isArrayLiteralExpression(row)) return;
  const [, check, form] = row.elements;
  if (check && !check.getText().endsWith('=> true')) replace(check, '() => true');
  if (form) replace(form, 'undefined');
}

function disableReturns(body: ts.Node, replace: Replace): void {
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) disableAnswer(node.expression, replace);
    ts.forEachChild(node, visit);
  };
  visit(body);
}

/** An answer that every operand of its `&&` must allow: each allows everything, one at a time. */
function disableAnswer(answer: ts.Expression, replace: Replace): void {
  if (/^(true|false)$/.test(answer.getText())) return;
  const parts = conjuncts(answer);
  for (const part of parts) replace(part, 'true');
}

function conjuncts(expression: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(expression)) return conjuncts(expression.expression);
  if (!ts.isBinaryExpression(expression)) return [expression];
  const { left, right, operatorToken } = expression;
  return operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
    ? [...conjuncts(left), ...conjuncts(right)]
    : [expression];
}
