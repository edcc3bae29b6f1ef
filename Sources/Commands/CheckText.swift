internal import Archive
internal import KubernetesObjects

/// What is wrong with a repository, for people and programs.
enum CheckText {
    static func json(_ problem: CheckProblem) -> JSONValue {
        [
            "path": .string(problem.path), "problem": .string(problem.problem),
            "snapshots": .array(problem.snapshots.map { .string($0) }),
            "objects": .array(problem.objects.map { .string($0) }),
        ]
    }

    /// One entry a problem; blobs that have the same fault and hurt the same snapshots, as those of a pack that is gone, have one together.
    static func lines(_ problems: [CheckProblem]) -> [String] {
        var merged: [CheckProblem] = []
        var counts: [Int] = []
        var places: [CheckProblem: Int] = [:]
        for problem in problems {
            let isBlob = problem.path.hasPrefix("blob ")
            let key = CheckProblem(path: "", problem: problem.problem, snapshots: problem.snapshots)
            if isBlob, let place = places[key] {
                counts[place] += 1
                merged[place].objects += problem.objects.filter { !merged[place].objects.contains($0) }
                continue
            }
            if isBlob { places[key] = merged.count }
            merged.append(problem)
            counts.append(1)
        }
        return zip(merged, counts)
            .flatMap { problem, count in
                lines(problem, path: count == 1 ? problem.path : "\(problem.path) and \(count - 1) more")
            }
    }

    /// What only a person can do about an object that no repair mends; nil where a repair or a backup is what helps.
    static func next(_ path: String) -> String? {
        if path.hasPrefix("g/") {
            return "backups and prunes stop until it is gone: when `lifeboat repair` cannot mend it, delete this object"
        }
        if path.hasPrefix("f/") {
            return "what it forgot is there again: delete this object, and run `lifeboat forget` again"
        }
        return nil
    }

    private static func lines(_ problem: CheckProblem, path: String) -> [String] {
        // Errors name their object; here it stands before them.
        let words = problem.problem
        let named = "\(problem.path) is damaged: "
        let text = words.hasPrefix(named) ? String(words.dropFirst(named.count)) : words
        let foreign = text == "its name is not that of a pack" || text == "its name is not that of a manifest"
        let next = foreign ? "no object of a repository has this name: delete it" : Self.next(problem.path)
        return ["✘ \(path): \(text)"] + (next.map { ["    next: \($0)"] } ?? [])
            + problem.snapshots.map { "    affects snapshot \($0.prefix(12))" }
            + problem.objects.map { "    affects \($0)" }
    }
}
