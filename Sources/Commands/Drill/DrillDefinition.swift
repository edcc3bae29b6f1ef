internal import ArgumentParser
internal import Drills
internal import KubernetesObjects
internal import Policies

/// Where drills are defined, and the one that a name or a file means.
struct DrillDefinition {
    let drill: RestoreDrill
    /// The SHA-256 of its file, for the report.
    let sha256: String
    /// The objects that a sandbox source is loaded with; nil takes the production-like workload.
    let workload: [JSONValue]?

    /// - Parameter reference: the name of a folder in `folder`, or the path of a drill's file.
    static func find(_ reference: String, in folder: String) throws(LifeboatError) -> DrillDefinition {
        let named = "\(folder)/\(reference)/drill.yaml"
        let path = Environment.exists(named) ? named : reference
        guard Environment.exists(path), path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
            let known = (try? all(in: folder).map(\.name).sorted()) ?? []
            throw LifeboatError(
                .drillNotFound,
                "there is no drill “\(reference)” in \(folder)",
                remedy: known.isEmpty
                    ? "give the path of a drill.yaml, or --drills FOLDER"
                    : "use one of \(known.joined(separator: ", ")), or the path of a drill.yaml"
            )
        }
        let bytes = try Environment.read(path, what: "the drill")
        let drill = try PolicyFile.drill(path)
        let home = path.contains("/") ? path.split(separator: "/", omittingEmptySubsequences: false).dropLast() : ["."]
        let workload = try drill.source.workload.map { (relative) throws(LifeboatError) in
            try ManifestFolder.read(relative.hasPrefix("/") ? relative : home.joined(separator: "/") + "/" + relative)
        }
        return DrillDefinition(drill: drill, sha256: DrillReport.sha256(of: bytes), workload: workload)
    }

    /// The drills of a folder, one folder each.
    static func all(in folder: String) throws(LifeboatError) -> [RestoreDrill] {
        do throws(PolicyErrors) {
            return try PolicySet.loadDrills(folder: folder).drills
        } catch {
            throw error.lifeboatError
        }
    }
}
