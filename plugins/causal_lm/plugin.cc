#include "plugins/causal_lm/backend.h"

EIF_MODEL_PLUGIN(eif::CausalLmBackend, "causal_lm", "0.1.0",
                 "Hugging Face checkpoints whose model_type is llama, mistral, phi3 or qwen2")
