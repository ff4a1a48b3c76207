"""The official Anthropic SDK for Python, unmodified, through Saola."""

import anthropic
from anthropic import Anthropic
from checks import BROKEN_STREAMS, CALL, HELLO, KEY, URL, WEATHER, WORDS, check, done, equal, raises

MODEL = "anthropic/claude-sonnet"
client = Anthropic(base_url=URL, api_key=KEY, max_retries=0)
tools = [{"name": "weather", "input_schema": WEATHER}]


def user(text):
    return [{"role": "user", "content": text}]


def ask(model, who=client, text="hi", **more):
    return who.messages.create(model=model, max_tokens=99, messages=user(text), **more)


def final(model, text="hi", **more):
    with client.messages.stream(model=model, max_tokens=99, messages=user(text), **more) as stream:
        return stream.get_final_message()


@check("anthropic: unary")
def _():
    reply = ask(MODEL)
    equal(reply.content[0].text, HELLO)
    equal((reply.usage.input_tokens, reply.usage.cache_read_input_tokens, reply.usage.output_tokens), (8, 3, 7))


@check("anthropic: stream")
def _():
    reply = final(MODEL)
    equal((reply.content[0].text, reply.stop_reason, reply.usage.output_tokens), (HELLO, "end_turn", 7))


@check("anthropic: tools, there and back")
def _():
    first = final(MODEL, CALL, tools=tools)
    call = next(block for block in first.content if block.type == "tool_use")
    equal(call.input, {"city": "Huế"})
    said = [{"type": "text", "text": "Looking."}, {"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}]
    result = [{"type": "tool_result", "tool_use_id": call.id, "content": "rain"}]
    messages = [*user(CALL), {"role": "assistant", "content": said}, {"role": "user", "content": result}]
    second = client.messages.create(model=MODEL, max_tokens=99, tools=tools, messages=messages)
    equal(second.content[0].text, "Done: rain")


@check("anthropic: count_tokens and models")
def _():
    equal(client.messages.count_tokens(model=MODEL, messages=user("hi")).input_tokens, 11)
    equal(MODEL in [model.id for model in client.models.list()], True)


@check("anthropic: credential as Bearer")
def _():
    equal(ask(MODEL, Anthropic(base_url=URL, auth_token=KEY, max_retries=0)).content[0].text, HELLO)


@check("anthropic: credential in x-goog-api-key")
def _():
    headers = {"x-api-key": anthropic.Omit(), "x-goog-api-key": KEY}
    equal(ask(MODEL, extra_headers=headers).content[0].text, HELLO)


@check("anthropic: a wrong key")
def _():
    error = raises(anthropic.AuthenticationError, lambda: ask(MODEL, Anthropic(base_url=URL, api_key="sk-wrong")))
    equal(error.response.headers["x-should-retry"], "false")


for model, status, kind in [
    ("anthropic/claude-sonet", 404, "not_found_error"),
    ("test/limited", 429, "rate_limit_error"),
    ("test/failing", 502, "api_error"),
    ("test/overloaded", 529, "overloaded_error"),
    ("test/too-long", 400, "invalid_request_error"),
]:

    @check(f"anthropic: {model} is {status} {kind}")
    def _():
        for call in [lambda: ask(model), lambda: final(model)]:
            error = raises(anthropic.APIStatusError, call)
            equal((error.status_code, error.body["error"]["type"]), (status, kind))


for model in BROKEN_STREAMS:

    @check(f"anthropic: {model} throws")
    def _():
        raises(anthropic.APIError, lambda: final(model, WORDS))


done()
