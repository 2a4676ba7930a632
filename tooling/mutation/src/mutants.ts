import ts from 'typescript'

/** One change of a text. */
export interface Mutant {
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** From 1. */
  readonly line: number
  /** What stands there, and what instead. */
  readonly change: string
}

const operators: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [ts.SyntaxKind.LessThanToken, ['<=', '>=']],
  [ts.SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [ts.SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [ts.SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [ts.SyntaxKind.PlusToken, ['-']],
  [ts.SyntaxKind.MinusToken, ['+']],
  [ts.SyntaxKind.AsteriskToken, ['/']],
  [ts.SyntaxKind.SlashToken, ['*']],
  [ts.SyntaxKind.PercentToken, ['*']],
  [ts.SyntaxKind.AsteriskAsteriskToken, ['*']],
  [ts.SyntaxKind.AmpersandAmpersandToken, ['||']],
  [ts.SyntaxKind.BarBarToken, ['&&']],
  [ts.SyntaxKind.PlusEqualsToken, ['-=']],
  [ts.SyntaxKind.MinusEqualsToken, ['+=']],
  [ts.SyntaxKind.AsteriskEqualsToken, ['/=']],
  [ts.SyntaxKind.SlashEqualsToken, ['*=']],
])
const names: ReadonlyMap<string, string> = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
  ['some', 'every'],
  ['every', 'some'],
])

/**
 * The changes of a text: operators, numbers, truth values, conditions, calls that are left out. What a `throw` says and
 * what only makes a text is not changed: whether a test knows the wording is no question here.
 *
 * @param text TypeScript
 */
export function mutantsOf(text: string): Mutant[] {
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true)
  const found: Mutant[] = []
  const add = (node: ts.Node, replacement: string): void => {
    const start = node.getStart(file)
    found.push({
      start,
      end: node.end,
      replacement,
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      change: `${node.getText(file).replace(/\s+/g, ' ').slice(0, 60)} -> ${replacement.replace(/\s+/g, ' ').slice(0, 60)}`,
    })
  }
  const visit = (node: ts.Node): void => {
    if (isCosmetic(node)) return
    if (ts.isBinaryExpression(node) && !isText(node)) {
      const { operatorToken } = node
      for (const other of operators.get(operatorToken.kind) ?? []) add(operatorToken, other)
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.ExclamationToken || node.operator === ts.SyntaxKind.MinusToken)
        add(node, node.operand.getText(file))
    } else if (ts.isNumericLiteral(node))
      add(node, Number(node.text) === 0 ? '1' : `(${node.getText(file)} + 1)`)
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false')
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true')
    else if (ts.isIfStatement(node)) add(node.expression, `!(${node.expression.getText(file)})`)
    else if (ts.isConditionalExpression(node)) add(node.condition, `!(${node.condition.getText(file)})`)
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) add(node, 'void 0;')
    else if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent)) {
      const other = node.parent.expression === node ? names.get(node.name.text) : undefined
      if (other !== undefined) add(node.name, other)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function isCosmetic(node: ts.Node): boolean {
  return (
    ts.isThrowStatement(node) ||
    ts.isTemplateExpression(node) ||
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isEnumMember(node)
  )
}

/** Whether `+` joins texts. */
function isText({ left, right, operatorToken }: ts.BinaryExpression): boolean {
  return (
    operatorToken.kind === ts.SyntaxKind.PlusToken &&
    [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side))
  )
}
