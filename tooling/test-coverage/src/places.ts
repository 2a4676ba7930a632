import ts from 'typescript'

/** Where a text can be covered. */
export interface Places {
  /** Line number from 1, and the offset of a statement that begins on it. */
  readonly statements: readonly { readonly line: number; readonly offset: number }[]
  readonly branches: readonly { readonly line: number; readonly offset: number }[]
}

const declared = new Set([
  ts.SyntaxKind.Block,
  ts.SyntaxKind.EmptyStatement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.ClassDeclaration,
])
const logical = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
])

/** The statements and branches of a text. @param text TypeScript */
export function placesOf(text: string): Places {
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true)
  const statements: { line: number; offset: number }[] = []
  const branches: { line: number; offset: number }[] = []
  const place = (node: ts.Node): { line: number; offset: number } => {
    const offset = node.getStart(file)
    return { offset, line: file.getLineAndCharacterOfPosition(offset).line + 1 }
  }
  const visit = (node: ts.Node): void => {
    if (isStatement(node)) statements.push(place(node))
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) statements.push(place(node.body))
    branches.push(...armsOf(node).map(place))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { statements, branches }
}

function isStatement(node: ts.Node): boolean {
  if (node.kind < ts.SyntaxKind.FirstStatement || node.kind > ts.SyntaxKind.LastStatement)
    return ts.isThrowStatement(node) || ts.isTryStatement(node)
  if (
    ts.isVariableStatement(node) &&
    node.modifiers?.some((each) => each.kind === ts.SyntaxKind.DeclareKeyword)
  )
    return false
  return !declared.has(node.kind)
}

function armsOf(node: ts.Node): ts.Node[] {
  if (ts.isIfStatement(node)) return [node.thenStatement, ...(node.elseStatement ? [node.elseStatement] : [])]
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse]
  if (ts.isBinaryExpression(node) && logical.has(node.operatorToken.kind)) return [node.right]
  if (ts.isCaseOrDefaultClause(node)) return node.statements.slice(0, 1)
  if (ts.isIterationStatement(node, false)) return [node.statement]
  if (ts.isCatchClause(node)) return [node.block]
  return []
}
