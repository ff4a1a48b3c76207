"""Serves SmolLM2 with llama.cpp's own server on 127.0.0.1: chat, Responses and Messages. Usage: serve.py WEIGHTS PORT"""

import signal
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 4096
params.n_parallel = 2
# More threads than one spin on barriers on small virtual machines and make no progress.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.model_alias = {"smollm2"}
params.use_jinja = True
params.warmup = False
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
signal.pause()
