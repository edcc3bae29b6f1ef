package import KubernetesObjects

extension RunRecord {
    /// The record as the JSON object that the repository keeps.
    package var json: JSONValue {
        var object: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1",
            "kind": .string(run.job.kind.rawValue),
            "name": .string(run.job.name),
            "scheduledFor": .string(run.scheduledFor.description),
            "attempt": .int(run.attempt),
            "catchUp": .bool(run.isCatchUp),
            "startedAt": .string(startedAt.description),
            "endedAt": .string(endedAt.description),
            "outcome": .string(outcome.rawValue),
        ]
        object["errorCode"] = errorCode.map { .string($0) }
        object["message"] = message.map { .string($0) }
        object["backup"] = backup?.json
        object["drill"] = drill?.json
        return object
    }

    /// Reads a record; nil when a field that a record needs is missing or has another form.
    package init?(json: JSONValue) {
        func moment(_ name: String) -> Timestamp? { json[name]?.string.flatMap { try? Timestamp(parsing: $0) } }
        guard let kind = json["kind"]?.string.flatMap(JobID.Kind.init), let name = json["name"]?.string,
            let scheduledFor = moment("scheduledFor"), let startedAt = moment("startedAt"),
            let endedAt = moment("endedAt"), let outcome = json["outcome"]?.string.flatMap(RunOutcome.init)
        else { return nil }
        self.init(
            run: PlannedRun(
                job: JobID(kind, name),
                scheduledFor: scheduledFor,
                isCatchUp: json["catchUp"]?.bool ?? false,
                attempt: json["attempt"]?.int ?? 0
            ),
            startedAt: startedAt,
            endedAt: endedAt,
            outcome: outcome,
            errorCode: json["errorCode"]?.string,
            message: json["message"]?.string,
            backup: json["backup"].flatMap { BackupRecord(json: $0) },
            drill: json["drill"].flatMap { DrillRecord(json: $0) }
        )
    }
}

extension BackupRecord {
    fileprivate var json: JSONValue {
        [
            "snapshot": .string(snapshot), "objects": .int(objects), "objectsChanged": .int(objectsChanged),
            "bytesRead": .int(bytesRead), "bytesAdded": .int(bytesAdded), "incomplete": .int(incomplete),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let snapshot = json["snapshot"]?.string else { return nil }
        self.init(
            snapshot: snapshot,
            objects: json["objects"]?.int ?? 0,
            objectsChanged: json["objectsChanged"]?.int ?? 0,
            bytesRead: json["bytesRead"]?.int ?? 0,
            bytesAdded: json["bytesAdded"]?.int ?? 0,
            incomplete: json["incomplete"]?.int ?? 0
        )
    }
}

extension DrillRecord {
    fileprivate var json: JSONValue {
        var object: JSONValue = [
            "report": .string(report), "snapshot": .string(snapshot), "verdict": .string(verdict.rawValue),
            "checks": .array(checks.map(\.json)),
        ]
        object["rtoSeconds"] = recoveryTimeSeconds.map { .number("\($0)") }
        object["rpoSeconds"] = recoveryPointSeconds.map { .number("\($0)") }
        return object
    }

    fileprivate init?(json: JSONValue) {
        guard let verdict = json["verdict"]?.string.flatMap(Verdict.init) else { return nil }
        self.init(
            report: json["report"]?.string ?? "",
            snapshot: json["snapshot"]?.string ?? "",
            verdict: verdict,
            recoveryTimeSeconds: json["rtoSeconds"]?.double,
            recoveryPointSeconds: json["rpoSeconds"]?.double,
            checks: (json["checks"]?.array ?? []).compactMap { check in
                check["id"]?.string.map {
                    Check(id: $0, severity: check["severity"]?.string ?? "", isPassed: check["passed"]?.bool)
                }
            }
        )
    }
}

extension DrillRecord.Check {
    fileprivate var json: JSONValue {
        ["id": .string(id), "severity": .string(severity), "passed": isPassed.map { .bool($0) } ?? .null]
    }
}
