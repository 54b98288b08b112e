#include "plugins/cnn/cnn.h"

EIF_MODEL_PLUGIN(eif::CnnBackend, "cnn", "0.1.0", "convolutional network for 28×28 images (§2)")
