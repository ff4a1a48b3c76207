"""The official OpenAI SDK for Python, unmodified, through Saola."""

import openai
from checks import BROKEN_STREAMS, CALL, HELLO, KEY, URL, WEATHER, WORDS, check, done, equal, raises
from openai import OpenAI

MODEL = "openai/gpt-4o-mini"
client = OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0)
tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]


def user(text):
    return [{"role": "user", "content": text}]


def ask(model, **more):
    return client.chat.completions.create(model=model, messages=user("hi"), **more)


@check("openai: chat, unary")
def _():
    reply = ask(MODEL)
    equal(reply.choices[0].message.content, HELLO)
    equal((reply.usage.prompt_tokens, reply.usage.completion_tokens), (11, 7))


@check("openai: chat, stream with usage")
def _():
    chunks = list(ask(MODEL, stream=True, stream_options={"include_usage": True}))
    equal("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), HELLO)
    equal(chunks[-1].usage.total_tokens, 18)


@check("openai: chat, stream without usage that nobody asked for")
def _():
    equal([c for c in ask(MODEL, stream=True) if c.usage is not None or not c.choices], [])


@check("openai: tools, there and back")
def _():
    first = client.chat.completions.create(model=MODEL, messages=user(CALL), tools=tools).choices[0].message
    call = first.tool_calls[0]
    equal((call.function.name, call.function.arguments), ("weather", '{"city":"Huế"}'))
    answer = {"role": "tool", "tool_call_id": call.id, "content": "rain"}
    messages = [*user(CALL), first.model_dump(exclude_none=True), answer]
    second = client.chat.completions.create(model=MODEL, messages=messages, tools=tools)
    equal(second.choices[0].message.content, "Done: rain")


@check("openai: responses, unary and stream")
def _():
    equal(client.responses.create(model=MODEL, input="hi").output_text, HELLO)
    events = list(client.responses.create(model=MODEL, input="hi", stream=True))
    equal((events[0].type, events[-1].type), ("response.created", "response.completed"))


@check("openai: embeddings and models")
def _():
    vectors = client.embeddings.create(model="openai/embed", input=["a", "b"]).data
    equal([list(v.embedding).index(1) for v in vectors], [0, 1])
    equal(MODEL in [m.id for m in client.models.list()], True)


for name in ["x-api-key", "x-goog-api-key"]:

    @check(f"openai: credential in {name}")
    def _():
        reply = ask(MODEL, extra_headers={"Authorization": openai.Omit(), name: KEY})
        equal(reply.choices[0].message.content, HELLO)


@check("openai: a wrong key")
def _():
    stranger = OpenAI(base_url=f"{URL}/v1", api_key="sk-wrong")
    error = raises(openai.AuthenticationError, lambda: stranger.models.list())
    equal(error.response.headers["x-should-retry"], "false")


for model, kind, code in [
    ("openai/gpt-4o-mni", openai.NotFoundError, "model_not_found"),
    ("test/limited", openai.RateLimitError, "rate_limit_exceeded"),
    ("test/failing", openai.InternalServerError, "upstream_error"),
    ("test/too-long", openai.BadRequestError, "context_length_exceeded"),
]:

    @check(f"openai: {model} is {kind.__name__}")
    def _():
        equal(raises(kind, lambda: ask(model)).code, code)
        equal(raises(kind, lambda: ask(model, stream=True)).code, code)


for model in BROKEN_STREAMS:

    @check(f"openai: {model} throws after its first words")
    def _():
        words = []

        def read():
            for chunk in client.chat.completions.create(model=model, messages=user(WORDS), stream=True):
                words.append(chunk.choices[0].delta.content or "")

        raises(openai.APIError, read)
        equal("".join(words).startswith("word1 "), True)


done()
