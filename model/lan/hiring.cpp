#include "model/lan/hiring.h"

#include <nlohmann/json.hpp>

#include "model/json_fields.h"
#include "model/lan/byte_stream.h"
#include "model/param.h"

namespace lemnos {
namespace {

using nlohmann::json;

constexpr int mostMembers = 256;
constexpr std::size_t mostSpecBytes = std::size_t{64} << 20, mostListBytes = std::size_t{512} << 20;

Message fromJson(const json& object) {
    const std::string text = object.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Result<json> toJsonObject(const Message& message) {
    const auto* text = reinterpret_cast<const char*>(message.data());
    json object = json::parse(text, text + message.size(), nullptr, false);
    if (!object.is_object()) return Error{LEMNOS_TEXT("The other PC has said something that can't be read.")};
    return object;
}

constexpr const char* owner = "What the other PC has said";

std::uint16_t port(JsonFields& fields, std::string_view key) {
    return static_cast<std::uint16_t>(fields.integer(key, 0, 65535));
}

Digest digest(JsonFields& fields, std::string_view key) {
    const auto read = digestFromHex(fields.text(key));
    if (fields.status() && !read) fields.fail(key, "is not 64 hexadecimal digits");
    return read.value_or(Digest{});
}

Result<LanMember> memberFrom(const json& object, std::uint16_t& door) {
    JsonFields fields(object, owner);
    LanMember member;
    member.name = fields.text("name");
    member.host = fields.text("host");
    member.port = port(fields, "port");
    door = port(fields, "door");
    member.id = digest(fields, "id");
    TRY_OK(fields.status());
    return member;
}

}  // namespace

Message toMessage(const HireRequest& request) {
    return fromJson({{"network", request.network}});
}

Result<HireRequest> hireRequestFrom(const Message& message) {
    TRY(const json object, toJsonObject(message));
    JsonFields fields(object, owner);
    const HireRequest request{fields.text("network")};
    TRY_OK(fields.status());
    return request;
}

Message toMessage(const Hired& hired) {
    return fromJson({{"door", hired.door}, {"group", hired.group}});
}

Result<Hired> hiredFrom(const Message& message) {
    TRY(const json object, toJsonObject(message));
    JsonFields fields(object, owner);
    const Hired hired{port(fields, "door"), port(fields, "group")};
    TRY_OK(fields.status());
    return hired;
}

Message toMessage(const Ready& ready) {
    return fromJson({{"device", ready.device}, {"missing", ready.missing}});
}

Result<Ready> readyFrom(const Message& message) {
    TRY(const json object, toJsonObject(message));
    JsonFields fields(object, owner);
    Ready ready{fields.text("device"), {}};
    const json& missing = fields.value("missing");
    TRY_OK(fields.status());
    if (!missing.is_array() || missing.size() > mostMembers) return Error{std::string(owner) + " can't be read."};
    for (const json& rank : missing) {
        if (!rank.is_number_unsigned() || rank.get<std::uint64_t>() >= mostMembers)
            return Error{std::string(owner) + " can't be read."};
        ready.missing.push_back(rank.get<int>());
    }
    return ready;
}

Message toMessage(const View& view) {
    json members = json::array();
    for (std::size_t i = 0; i < view.members.size(); ++i) {
        const LanMember& member = view.members[i];
        members.push_back({{"id", hexOf(member.id)},
                           {"name", member.name},
                           {"host", member.host},
                           {"port", member.port},
                           {"door", view.doors[i]}});
    }
    return fromJson({{"secret", hexOf(view.secret)}, {"rank", view.rank}, {"members", members}});
}

Result<View> viewFrom(const Message& message) {
    TRY(const json object, toJsonObject(message));
    JsonFields fields(object, owner);
    View view;
    view.rank = static_cast<int>(fields.integer("rank", 0, mostMembers - 1));
    view.secret = digest(fields, "secret");
    const json& members = fields.value("members");
    if (fields.status() &&
        (!members.is_array() || members.size() > mostMembers || static_cast<std::size_t>(view.rank) >= members.size()))
        fields.fail("members", "does not fit");
    TRY_OK(fields.status());
    for (const json& object_ : members) {
        std::uint16_t door = 0;
        TRY(LanMember member, memberFrom(object_, door));
        view.members.push_back(std::move(member));
        view.doors.push_back(door);
    }
    return view;
}

JobParcels toParcels(const Job& job) {
    RunSpec spec = job.spec;
    spec.data.path = "pictures";
    spec.run.clear();
    ByteWriter labels;
    labels.number(static_cast<std::uint64_t>(job.index.samples.size()));
    for (const Sample& sample : job.index.samples) {
        labels.number(sample.label);
        labels.number(static_cast<std::uint8_t>(sample.split));
        // Of pictures that are not trained on, the others need to know nothing more.
        labels.number(sample.split == Split::train ? sample.hash : std::uint64_t{0});
    }
    return {fromJson({{"spec", toJson(spec)}, {"home", job.home}, {"homes", job.homes}}), labels.take(),
            toBytes(job.blobs)};
}

Result<Job> jobFrom(const JobParcels& parcels) {
    const Error unreadable{"The other PC has sent a job that can't be read; both need the same version of Lemnos."};
    TRY(const json object, toJsonObject(parcels.description));
    JsonFields fields(object, owner);
    const json& spec = fields.value("spec");
    Job job;
    job.homes = static_cast<std::size_t>(fields.integer("homes", 1, mostMembers));
    job.home = static_cast<std::size_t>(fields.integer("home", 0, static_cast<std::int64_t>(job.homes) - 1));
    TRY_OK(fields.status());
    TRY(job.spec, runSpecFromJson(spec));
    if (!job.spec.preprocess || job.spec.classes.empty()) return unreadable;

    ByteReader reader(parcels.labels);
    const auto count = reader.number<std::uint64_t>();
    constexpr std::size_t bytesOfSample = 13;
    if (count > parcels.labels.size() / bytesOfSample) return unreadable;
    job.index.classes = job.spec.classes;
    job.index.samples.resize(count);
    for (Sample& sample : job.index.samples) {
        sample.label = reader.number<std::uint32_t>();
        const auto split = reader.number<std::uint8_t>();
        if (sample.label >= job.index.classes.size() || split > static_cast<std::uint8_t>(Split::test))
            return unreadable;
        sample.split = static_cast<Split>(split);
        sample.hash = reader.number<std::uint64_t>();
    }
    if (!reader.ok()) return unreadable;

    TRY(job.blobs, blobListFromBytes(parcels.pictures));
    const bool fits = job.blobs.pictureBytes == job.spec.preprocess->pictureBytes() &&
                      (job.blobs.samples.empty() || job.blobs.samples.back() < count);
    if (!fits) return unreadable;
    return job;
}

Status sayJob(Talk& talk, const Job& job) {
    const JobParcels parcels = toParcels(job);
    TRY_OK(talk.sayParcel(parcels.description));
    TRY_OK(talk.sayParcel(parcels.labels));
    return talk.sayParcel(parcels.pictures);
}

Result<Job> hearJob(Talk& talk) {
    JobParcels parcels;
    TRY(parcels.description, talk.hearParcel(mostSpecBytes));
    TRY(parcels.labels, talk.hearParcel(mostListBytes));
    TRY(parcels.pictures, talk.hearParcel(mostListBytes));
    return jobFrom(parcels);
}

}  // namespace lemnos
