// StepScalars of compute/ops/step.h.
#define STEP_SCALARS(slot)                                  \
    layout(set = 0, binding = slot) readonly buffer Step {  \
        uvec2 seed;                                         \
        uint epoch;                                         \
        float inverseCount;                                 \
        float learningRate;                                 \
        float inverseLossScale;                             \
        uint skip;                                          \
        float reserved;                                     \
        vec4 optimizer;                                     \
    } step_;
