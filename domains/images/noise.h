// Degraded images (§2): pixelwise independent Gaussian noise, not clipped, so that the noise keeps
// its standard deviation.
#pragma once

#include "eif/desideratum.h"

namespace eif {

// `sigma` is in units of the pixel range, ink − paper = 1.
Image with_noise(Image image, double sigma, Random& random);

// No picture at all: every pixel is drawn from N(0, 1).
Image pure_noise(int height, int width, Random& random);

}  // namespace eif
