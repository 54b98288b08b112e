#include "domains/images/noise.h"

#include <utility>

namespace eif {

Image with_noise(Image image, double sigma, Random& random) {
  for (float& pixel : image.pixels) pixel += static_cast<float>(sigma * random.normal());
  return image;
}

Image pure_noise(int height, int width, Random& random) {
  Image paper{height, width,
              std::vector<float>(static_cast<size_t>(height) * static_cast<size_t>(width))};
  return with_noise(std::move(paper), 1.0, random);
}

}  // namespace eif
