#include "plugins/causal_lm/backend.h"

EIF_MODEL_PLUGIN(eif::CausalLmBackend, "causal_lm", "0.1.0",
                 "decoders of the Llama family: Llama, Mistral, Phi-3, Qwen2")
