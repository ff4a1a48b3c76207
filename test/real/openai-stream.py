"""The official OpenAI SDK for Python, unmodified, streams a completion. Usage: openai-stream.py BASE_URL KEY"""

import json
import sys

from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key=sys.argv[2], max_retries=0)
stream = client.chat.completions.create(
    model="local/smollm2",
    messages=[{"role": "user", "content": "Say hello in one short sentence."}],
    max_tokens=24,
    stream=True,
    stream_options={"include_usage": True},
)
text = ""
usage = None
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        text += chunk.choices[0].delta.content
    usage = chunk.usage or usage
print(json.dumps({"text": text, "output": usage.completion_tokens, "input": usage.prompt_tokens}))
