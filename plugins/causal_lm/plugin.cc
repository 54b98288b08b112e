#include "plugins/causal_lm/backend.h"

EIF_MODEL_PLUGIN(eif::CausalLmBackend, "causal_lm", "0.1.0",
                 "Hugging Face checkpoints of decoders")
