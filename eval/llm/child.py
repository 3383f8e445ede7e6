"""The process that serves a GGUF file with llama.cpp: `python -m eval.llm.child FILE CONTEXT THREADS`.

It says its address in one line and ends when its standard input does, that is, with who started it.
"""

import os
import sys


def main(path: str, context: int, threads: int) -> None:
    """Serve until standard input ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = context
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    print(f"address {server.listening_address}", flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
    sys.stdin.read()
    os._exit(0)  # without waiting for an answer under way


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
