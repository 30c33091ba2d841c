// rand_augment: some transforms, picked anew for each picture, all of one strength (after Cubuk et al. 2020).
#include <algorithm>

#include "model/transforms/transform.h"

namespace lemnos::transforms {

namespace {

/// The transforms it picks from. None of them mirrors: whether that is right depends on the pictures.
const std::vector<const TransformType*>& choices() {
    static const auto list = [] {
        std::vector<const TransformType*> types;
        std::ranges::copy_if(transformTypes(), std::back_inserter(types),
                             [](const TransformType* type) { return type->atStrength != nullptr; });
        return types;
    }();
    return list;
}

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    const auto count = static_cast<std::uint32_t>(intParam(params, "count"));
    const double strength = realParam(params, "strength");
    Image result = image;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto [choice, seedHigh, seedLow, unused] = more(random, 2 * i);
        const auto uniform = more(random, 2 * i + 1);
        const TransformType& type = *choices()[static_cast<std::size_t>(choice * double(choices().size()))];
        const auto seed =
            static_cast<std::uint64_t>(seedHigh * 0x1p32) << 32 | static_cast<std::uint64_t>(seedLow * 0x1p32);
        result =
            type.apply(result, type.atStrength(strength), {{uniform[0], uniform[1], uniform[2], uniform[3]}, seed});
    }
    return result;
}

}  // namespace

extern const TransformType rand_augment{
    .name = "rand_augment",
    .label = LEMNOS_TEXT("RandAugment"),
    .summary = LEMNOS_TEXT("Picks some changes anew for each picture: blur, colours, cutout, perspective, rotation, "
                           "scale and shift. One strength for all of them is easy to tune."),
    .params = {{.key = "count",
                .label = LEMNOS_TEXT("Changes"),
                .help = LEMNOS_TEXT("Changes of each picture, one after the other."),
                .defaultValue = std::int64_t{2},
                .minimum = 1,
                .maximum = 8},
               {.key = "strength",
                .label = LEMNOS_TEXT("Strength"),
                .help = LEMNOS_TEXT("Strength of all changes; 0 does next to nothing, 1 is as far as makes sense."),
                .defaultValue = 0.3,
                .minimum = 0,
                .maximum = 1}},
    .apply = apply,
};

}  // namespace lemnos::transforms
