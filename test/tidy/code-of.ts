import ts from 'typescript';

function isText(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)
  );
}

function leavesOf(node: ts.Node, file: ts.SourceFile): readonly ts.Node[] {
  const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
  return children.length === 0 ? [node] : children.flatMap((child) => leavesOf(child, file));
}

/** The syntax tree of a source text, with parents set. */
export function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

/** The text without comments and without the contents of strings, line by line as before: what the program does. */
export function codeOf(file: ts.SourceFile): string {
  const out = file.text.replace(/[^\n]/g, ' ').split('');
  for (const leaf of leavesOf(file, file)) {
    if (isText(leaf)) continue;
    const start = leaf.getStart(file);
    for (let at = start; at < leaf.end; at += 1) out[at] = file.text[at] ?? ' ';
  }
  return out.join('');
}
