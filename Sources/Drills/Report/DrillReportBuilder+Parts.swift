internal import Archive
internal import KubernetesObjects
internal import Policies

extension DrillReportBuilder {
    var drillJSON: JSONValue {
        var value = JSONObject()
        value["name"] = .string(drill.name)
        value["title"] = .string(drill.title)
        value["kind"] = "full"
        value["trigger"] = .string(environment.trigger)
        value["scheduledFor"] = environment.scheduledFor.map { .string($0.description) } ?? .null
        value["startedAt"] = .string(startedAt.description)
        value["endedAt"] = .string(environment.now().description)
        value["scenario"] = .string(drill.scenario)
        value["operator"] = drill.operatorName.map { .string($0) } ?? .null
        value["participants"] = .array(drill.participants.map { .string($0) })
        value["toolVersion"] = .string(environment.toolVersion)
        value["configSha256"] = environment.definitionSHA256.map { .string($0) } ?? .null
        return .object(value)
    }

    var scopeJSON: JSONValue {
        let cluster = state.details?.cluster
        var notTested = drill.notTested.map { text -> JSONValue in
            ["what": .string(text), "reason": "stated by the drill"]
        }
        if !state.hasNodes, state.after != nil {
            notTested.append(["what": "Workloads becoming ready", "reason": "the target has no nodes"])
        }
        let excluded = (state.details?.excluded ?? []).map { resource -> JSONValue in
            ["what": .string(resource.resource), "reason": .string(resource.reason)]
        }
        return [
            "sourceCluster": [
                "uid": .string(cluster?.uid ?? ""), "name": .string(cluster?.name ?? ""),
                "k8sVersion": .string(cluster?.version ?? ""),
            ],
            "excluded": .array(excluded), "notTested": .array(notTested),
        ]
    }

    var recoveryPointJSON: JSONValue {
        guard let snapshot = state.snapshot else { return .null }
        let isPinned = drill.source.snapshot != "latest" && !drill.source.backupFirst
        var freshness = JSONObject()
        // The nonce proves which backup was restored; it opens nothing.
        freshness["nonceExpected"] = state.freshness?.expected.map { .string($0) } ?? .null
        freshness["nonceFound"] = state.freshness?.found.map { .string($0) } ?? .null
        freshness["ok"] = .bool(state.freshness?.isProven ?? false)
        return [
            "snapshotId": .string(snapshot.id), "takenAt": .string(snapshot.takenAt.description),
            "selection": isPinned ? "pinned" : "latest", "objects": .int(state.objects), "bytes": .int(state.bytes),
            "storage": .string(repository.location), "freshness": .object(freshness),
        ]
    }

    var targetJSON: JSONValue {
        var isolation = JSONObject()
        isolation["distinctFromSource"] = .bool(
            state.targetUID.map { uid in !state.source.contains { $0.uid == uid } } ?? false
        )
        isolation["statement"] = .string(state.isolation)
        return [
            "kind": .string(state.isThrowaway ? "throwaway" : "existing"), "name": .string(state.targetKind),
            "clusterUid": .string(state.targetUID ?? ""), "k8sVersion": .string(state.targetVersion),
            "hasNodes": .bool(state.hasNodes), "isolation": .object(isolation),
        ]
    }

    func objectivesJSON(_ recovery: RecoveryMeasurement) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number(DecimalText.of($0)) } ?? .null }
        var time = JSONObject()
        time["targetSec"] = drill.objectives.recoveryTimeSeconds.map { .int($0) } ?? .null
        time["achievedSec"] = number(recovery.timeSeconds)
        time["clockStart"] = "loss declared"
        time["clockStop"] = "last check answered"
        time["met"] = Self.met(drill.objectives.recoveryTimeSeconds, recovery.timeSeconds)
        var segments = JSONObject()
        for segment in recovery.segments { segments[segment.name] = number(segment.seconds) }
        time["segments"] = .object(segments)
        var point = JSONObject()
        point["targetSec"] = drill.objectives.recoveryPointSeconds.map { .int($0) } ?? .null
        point["achievedSec"] = recovery.pointSeconds.map { .int($0) } ?? .null
        point["basis"] = "from the snapshot to the declared loss"
        point["met"] = Self.met(drill.objectives.recoveryPointSeconds, recovery.pointSeconds.map { Double($0) })
        return ["rto": .object(time), "rpo": .object(point)]
    }

    private static func met(_ target: Int64?, _ achieved: Double?) -> JSONValue {
        guard let target, let achieved else { return .null }
        return .bool(achieved <= Double(target))
    }

    static func json(_ result: NegativeControlResult) -> JSONValue {
        let notMade = result.isApplicable ? "not made" : "not applicable"
        let observed = result.isFound.map { $0 ? "fail" : "pass" } ?? notMade
        return [
            "id": .string(result.control.rawValue), "fault": .string(result.fault), "expected": "fail",
            "observed": .string(observed), "ok": .bool(result.isFound == true),
            "observation": .string(result.observation),
        ]
    }
}
