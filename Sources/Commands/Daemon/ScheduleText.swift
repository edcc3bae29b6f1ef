internal import KubernetesObjects
internal import Policies

/// The schedules of a policy folder with their next runs.
enum ScheduleText {
    private struct Line {
        let kind: String
        let name: String
        let schedule: Schedule?
        let next: [Timestamp]
    }

    static func print(_ set: PolicySet, _ output: OutputOptions, now: Timestamp) throws {
        let backups = set.backups.map { ("backup", $0.name, $0.schedule) }
        let drills = set.drills.map { ("drill", $0.name, $0.schedule) }
        let lines = (backups + drills).map { kind, name, schedule in
            Line(kind: kind, name: name, schedule: schedule, next: schedule?.next(3, after: now) ?? [])
        }
        let json: [JSONValue] = lines.map { line in
            var value = JSONObject()
            value["kind"] = .string(line.kind)
            value["name"] = .string(line.name)
            value["schedule"] = line.schedule.map { .string($0.text) } ?? .null
            value["nextRuns"] = .array(line.next.map { .string($0.description) })
            return .object(value)
        }
        try output.print(["schemaVersion": "lifeboat.dr/v1", "schedules": .array(json)]) {
            var table = Table("KIND", "NAME", "SCHEDULE", "NEXT RUNS")
            for line in lines {
                let next = line.next.map(\.description).joined(separator: ", ")
                table.add(line.kind, line.name, line.schedule?.text ?? "by hand", next)
            }
            return table.text + "\nThe policies are valid."
        }
    }
}
