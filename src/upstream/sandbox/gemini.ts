import { asList, asObject, newestUserText } from './json-shape.ts';
import { estimateTokens, planReply, type ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxEndpoint, streamReply } from './sandbox-endpoint.ts';

const ACTION = /^\/v1(?:beta|alpha)?\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/;

/** `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` (SSE or array) and `:countTokens`. */
export const gemini: SandboxEndpoint = {
  serves: (path) => ACTION.test(path),
  error: geminiError,
  answer({ path, body, bodyBytes }) {
    const [route = '', query = ''] = path.split('?');
    const [, model = '', action = ''] = ACTION.exec(route) ?? [];
    if (action === 'countTokens') return jsonReply({ totalTokens: estimateTokens(bodyBytes) });
    const plan = planReply({
      model: decodeURIComponent(model),
      userText: newestUserText(asList(body['contents']), 'parts'),
      maxTokens: asObject(body['generationConfig'])['maxOutputTokens'],
      bodyBytes,
    });
    if (plan === undefined) return jsonReply(geminiError(404, `models/${model} is not found`), { status: 404 });
    if (action === 'generateContent') return jsonReply(part(plan, plan.text, true));
    const parts = plan.pieces.map((text) => part(plan, text, false));
    parts.push(part(plan, '', true));
    const sse = new URLSearchParams(query).get('alt') === 'sse';
    if (sse)
      return streamReply(
        parts.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`),
        plan.gapMs,
      );
    return { ...streamReply(arrayChunks(parts), plan.gapMs), contentType: 'application/json; charset=UTF-8' };
  },
};

function geminiError(code: number, message: string) {
  return { error: { code, message, status: code === 404 ? 'NOT_FOUND' : 'INVALID_ARGUMENT' } };
}

/** Usage is on every part and cumulative; here it is final from the start. */
function part(plan: ReplyPlan, text: string, last: boolean) {
  const finish = last ? { finishReason: plan.complete ? 'STOP' : 'MAX_TOKENS' } : {};
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...finish, index: 0 }],
    usageMetadata: {
      promptTokenCount: plan.inputTokens,
      candidatesTokenCount: plan.outputTokens,
      totalTokenCount: plan.inputTokens + plan.outputTokens,
    },
    modelVersion: plan.model,
    responseId: plan.id,
  };
}

function arrayChunks(parts: readonly object[]): string[] {
  return [...parts.map((each, i) => `${i === 0 ? '[' : ',\r\n'}${JSON.stringify(each)}`), ']'];
}
