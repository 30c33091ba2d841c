// What batch and group norm share on Vulkan devices: the pass that normalises, and those of the gradient.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/vulkan/vulkan_op.h"

namespace lemnos {

/// Which numbers of mean and inverse belong to an element: those of its sample (`rowsPerSample` rows) and group
/// (`width` columns). Batch norm has one sample, and a group for every column.
struct NormGroups {
    std::int64_t rowsPerSample = 1, width = 1;
    bool perSample = false;  ///< there is more than one sample
};

struct NormPass {
    Tensor x, gamma, beta, mean, inverse, y;
    NormGroups groups;
    bool variance = false;  ///< `inverse` is the variance
    float epsilon = 0;      ///< with the variance
    Activation activation{};
};

struct NormGradPass {
    Tensor x, gamma, mean, inverse, y, dY, dX, dGamma, dBeta;
    NormGroups groups;
    bool variance = false;  ///< `inverse` is the variance
    bool constant = false;  ///< mean and inverse do not depend on x
    float epsilon = 0;      ///< with the variance
    Activation activation{};
    bool accumulate = false, accumulateWeights = false;
};

/// How the columns of a matrix are shared out: `chunks` invocations per vec4 of columns, each with every chunks-th row.
/// At least `leastRows` rows each, if there are so many.
std::int64_t columnChunks(const KernelTraits& traits, std::int64_t quads, std::int64_t rows, std::int64_t leastRows);

/// y = activation(gamma (x - mean) inverse + beta).
Status recordNorm(VulkanRecorder& recorder, const NormPass& pass);

/// dBeta and dGamma. With `means`, a row of twice x.stride: also the means over all rows of q = gamma dZ, and behind
/// them those of q n, for recordNormGrad; zeros where the statistics are constant.
Status recordNormGradWeights(VulkanRecorder& recorder, const NormGradPass& pass, const Tensor& means);

/// dX; `means` are as long as twice the statistics.
Status recordNormGrad(VulkanRecorder& recorder, const NormGradPass& pass, const Tensor& means);

}  // namespace lemnos
