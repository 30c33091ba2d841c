// What lies under the ops: reflection of the shaders, devices, memory, and the validation layer itself.
#include <QTest>
#include <chrono>
#include <set>

#include "compute/ops/copy.h"
#include "compute/ops/gemm.h"
#include "compute/random.h"
#include "compute/vulkan/kernel.h"
#include "compute/vulkan/vulkan_recorder.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

const EmbeddedShader& shader(std::string_view name) {
    for (const EmbeddedShader& s : embeddedShaders()) {
        if (s.name == name) return s;
    }
    qFatal("no such shader");
}

}  // namespace

class TstVulkan : public QObject {
    Q_OBJECT

  private slots:
    void everyShaderIsReflected() {
        std::set<std::string_view> names;
        for (const EmbeddedShader& s : embeddedShaders()) {
            const auto kernel = reflect(s.words);
            QVERIFY2(kernel.ok(), kernel ? "" : (std::string(s.name) + ": " + kernel.error().message).c_str());
            QVERIFY(kernel->bindings.size() >= 2);
            QVERIFY(names.insert(s.name).second);
        }
        QVERIFY(names.contains("gemm_lane") && names.contains("gemm_tiled") && names.contains("adam_texel"));
    }

    void reflectionKnowsKindAccessAndPushConstants() {
        const auto plain = reflect(shader("activate").words), texel = reflect(shader("activate_texel").words);
        QCOMPARE(plain->pushBytes, 16u);
        QCOMPARE(plain->bindings[0].type, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER);
        QVERIFY(plain->bindings[0].reads && !plain->bindings[0].writes);
        QVERIFY(plain->bindings[1].writes && !plain->bindings[1].reads);
        QCOMPARE(texel->bindings[0].type, VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER);
        QCOMPARE(texel->bindings[0].format, VK_FORMAT_R32G32B32A32_SFLOAT);
        QVERIFY(texel->bindings[0].reads && !texel->bindings[0].writes);
        QCOMPARE(reflect(shader("unpack_pixels").words)->pushBytes, 48u);
        QCOMPARE(reflect(shader("unpack_pixels_texel").words)->bindings[0].format, VK_FORMAT_R32_UINT);
    }

    void brokenSpirvIsRefused() {
        const auto words = shader("adam").words;
        QVERIFY(!reflect({}).ok());
        const std::vector<std::uint32_t> zeros(64, 0);
        QVERIFY(!reflect(zeros).ok());
        std::vector<std::uint32_t> cut(words.begin(), words.end());
        cut.push_back(0xffff0001u);  // an instruction that would be longer than the rest
        QVERIFY(!reflect(cut).ok());
        // Whatever a word becomes, reflection ends with an answer.
        for (std::size_t i = 5; i < words.size(); i += 3) {
            std::vector<std::uint32_t> changed(words.begin(), words.end());
            changed[i] ^= 0x00030007u;
            (void)reflect(changed);
        }
    }

    void softwareVulkanIsListed() {
        const auto devices = listDevices();
        QVERIFY(devices.ok() && !devices->empty());
        for (const DeviceInfo& info : *devices) QVERIFY(!info.id.empty() && !info.name.empty() && info.memoryBytes > 0);
    }

    void anUnknownDeviceIsAnErrorThatListsTheKnownOnes() {
        const auto device = openDevice("vulkan:99");
        QVERIFY(!device);
        QVERIFY(device.error().message.find("vulkan:0") != std::string::npos);
    }

    void memoryBeginsAsZeroAndKeepsWhatIsWritten() {
        const auto device = openTestDevice();
        const auto buffer = device->allocate(1 << 20, Memory::device);
        QVERIFY(buffer.ok());
        std::vector<std::byte> bytes(1 << 20, std::byte{1});
        QVERIFY(device->download(**buffer, 0, bytes).ok());
        QVERIFY(std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; }));
        const std::vector<std::byte> part(100, std::byte{7});
        QVERIFY(device->upload(**buffer, 4096, part).ok());
        QVERIFY(device->download(**buffer, 0, bytes).ok());
        QCOMPARE(std::count(bytes.begin() + 4096, bytes.begin() + 4196, std::byte{7}), 100);
        QCOMPARE(std::count(bytes.begin(), bytes.end(), std::byte{7}), 100);
    }

    void tooMuchMemoryIsAnErrorThatSaysWhatToLower() {
        const auto device = openTestDevice();
        // More than any heap, yet below the largest size that the API lets us ask for.
        const auto buffer = device->allocate(std::int64_t{1} << 36, Memory::upload);
        QVERIFY(!buffer);
        QVERIFY2(buffer.error().message.find("lower the batch size") != std::string::npos,
                 buffer.error().message.c_str());
    }

    void scratchIsReusedByLaterOpsButNotWithinOne() {
        const auto device = openTestDevice();
        VulkanRecorder recorder(static_cast<VulkanDevice&>(*device));
        const auto first = recorder.scratch(1000), second = recorder.scratch(500);
        QVERIFY(first.ok() && second.ok() && first->buffer != second->buffer);
        QVERIFY(first->columns == 1000 && first->buffer->sizeBytes() >= 4000);
        const auto a = makeMatrix(*device, 1, 4), b = makeMatrix(*device, 1, 4);
        static_cast<Recorder&>(recorder).add(Copy{a.tensor, b.tensor});  // another op
        const auto third = recorder.scratch(800);
        QVERIFY(third.ok() && third->buffer == first->buffer);
    }

    // Few rows and columns, a long depth: shared among workgroups, whose sums lie in scratch memory until they are
    // added up.
    void aSharedSumIsRightHoweverOftenTheRecordingRuns() {
        const auto device = openTestDevice();
        constexpr std::int64_t depth = 5000;
        const auto a = makeMatrix(*device, 3, depth, std::vector<double>(3 * depth, 1.0)),
                   b = makeMatrix(*device, depth, 5, std::vector<double>(depth * 5, 1.0)),
                   c = makeMatrix(*device, 3, 5), bias = makeMatrix(*device, 1, 5, std::vector<double>(5, 1.0));
        const auto recorder = device->record();
        recorder->add(Gemm{.a = a.tensor, .b = b.tensor, .c = c.tensor, .bias = bias.tensor, .accumulate = true});
        const auto recording = recorder->finish();
        QVERIFY(recording.ok());
        const Recording* twice[] = {recording->get(), recording->get()};
        for (int i = 1; i <= 3; ++i) {
            const auto ticket = device->submit(twice);
            QVERIFY(ticket.ok() && device->wait(*ticket).ok());
            QCOMPARE(readMatrix(*device, c), std::vector<double>(15, 2 * i * double(depth + 1)));
            QCOMPARE(readPadding(*device, c), std::vector<float>(9, 0.0f));
        }
    }

    void aProfileTellsWhereTheTimeWent() {
        const auto measured = openTestDevice(TestBody::lane, {.profile = true});
        const auto a = makeMatrix(*measured, 64, 64), b = makeMatrix(*measured, 64, 64),
                   c = makeMatrix(*measured, 64, 64);
        const auto recorder = measured->record();
        for (int i = 0; i < 2; ++i) recorder->add(Gemm{a.tensor, b.tensor, c.tensor});
        recorder->add(Copy{c.tensor, a.tensor});
        const auto recording = recorder->finish();
        QVERIFY(recording.ok());
        (void)measured->takeProfile();
        // Again before the first submission was waited for, and twice in one submission: every run counts.
        const Recording* once[] = {recording->get()};
        const Recording* twice[] = {recording->get(), recording->get()};
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(measured->submit(once).ok());
        const auto ticket = measured->submit(twice);
        QVERIFY(ticket.ok() && measured->wait(*ticket).ok());
        const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

        const auto times = measured->takeProfile();
        QCOMPARE(times.size(), std::size_t{2});
        double sum = 0;
        for (const OpTime& time : times) sum += time.seconds;
        QVERIFY(sum > 0 && sum <= passed);
        const OpTime& gemm = times[0].name == "gemm" ? times[0] : times[1];
        QCOMPARE(gemm.name, std::string("gemm"));
        QCOMPARE(gemm.calls, 6);
        QCOMPARE(gemm.cost.multiplyAdds, 6.0 * 64 * 64 * 64);
        QVERIFY(gemm.seconds > 0);
        QVERIFY(measured->takeProfile().empty());
    }

    void nothingIsMeasuredUnlessAskedFor() {
        const auto device = openTestDevice();
        const auto a = makeMatrix(*device, 4, 4), b = makeMatrix(*device, 4, 4);
        runOps(*device, [&](Recorder& r) { r.add(Copy{a.tensor, b.tensor}); });
        QVERIFY(device->takeProfile().empty());
    }

    // Known answers of Random123 1.14.0, kat_vectors, philox4x32 with 10 rounds.
    void philoxGivesTheKnownAnswers() {
        QCOMPARE(philox(0, 0, 0, 0, 0), (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        QCOMPARE(philox(~std::uint64_t{0}, ~0u, ~0u, ~0u, ~0u),
                 (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
        // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
        QCOMPARE(philox(0x299f31d0a4093822, 0x03707344, 0x85a308d3, 0x13198a2e, 0x243f6a88),
                 (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }
};

QTEST_GUILESS_MAIN(TstVulkan)
#include "tst_vulkan.moc"
