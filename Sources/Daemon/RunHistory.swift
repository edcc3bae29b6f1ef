import KubernetesObjects

/// Where the daemon keeps what it has run, so that a restart neither forgets a run nor makes it twice.
package struct RunHistory: Sendable {
    /// The newest records of every job, in any order.
    package let load: @Sendable () async throws -> [RunRecord]
    package let append: @Sendable (RunRecord) async throws -> Void

    package init(
        load: @escaping @Sendable () async throws -> [RunRecord],
        append: @escaping @Sendable (RunRecord) async throws -> Void
    ) {
        self.load = load
        self.append = append
    }

    /// How many records of a job are read at the start; older ones stay in the repository.
    package static let recordsPerJob = 50

    /// A history of one small JSON object a record in an object store.
    ///
    /// The names sort by time and name the job, so that a start reads only the newest of every job. A record is written
    /// once and never changed, so that several daemons share a store safely.
    ///
    /// - Parameters:
    ///   - prefix: the folder of the records, such as `h/`.
    ///   - get: the bytes of an object; nil when they are not to be had, though those of others are.
    ///   - skipped: is told of records that say nothing.
    ///   - put: writes an object that does not exist yet.
    package static func objects(
        prefix: String,
        list: @escaping @Sendable (_ prefix: String) async throws -> [String],
        get: @escaping @Sendable (_ name: String) async throws -> [UInt8]?,
        skipped: @escaping @Sendable (_ name: String) -> Void,
        put: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) async throws -> Void
    ) -> RunHistory {
        RunHistory(
            load: {
                var records: [RunRecord] = []
                for name in newest(of: try await list(prefix), prefix: prefix) {
                    // Its run is taken for missed, which costs a backup; to wait for somebody would cost all of them.
                    guard let bytes = try await get(name), let json = try? JSONValue(parsing: bytes),
                        let record = RunRecord(json: json)
                    else {
                        skipped(name)
                        continue
                    }
                    records.append(record)
                }
                return records
            },
            append: { record in try await put(name(of: record, prefix: prefix), record.json.encoded(sortedKeys: true)) }
        )
    }

    /// `h/20261123T020003Z.backup.20261123T020000Z.0.nightly.json`: the start, the kind, the planned time, the attempt, the job.
    static func name(of record: RunRecord, prefix: String) -> String {
        func compact(_ moment: Timestamp) -> String { moment.description.filter { $0 != "-" && $0 != ":" } }
        let run = record.run
        return "\(prefix)\(compact(record.startedAt)).\(run.job.kind.rawValue).\(compact(run.scheduledFor))."
            + "\(run.attempt).\(run.job.name).json"
    }

    /// The newest names of each job. A name has the parts start, kind, planned time, attempt and the job's name.
    private static func newest(of names: [String], prefix: String) -> [String] {
        var counts: [Substring: Int] = [:]
        return names.sorted(by: >)
            .filter { name in
                guard name.hasPrefix(prefix), name.hasSuffix(".json") else { return false }
                let parts = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 4)
                guard parts.count == 5 else { return false }
                let job = parts[1] + "/" + parts[4]
                counts[job, default: 0] += 1
                return counts[job, default: 0] <= recordsPerJob
            }
    }
}
