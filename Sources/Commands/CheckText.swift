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

    private static func lines(_ problem: CheckProblem, path: String) -> [String] {
        ["✘ \(path): \(problem.problem)"] + problem.snapshots.map { "    affects snapshot \($0.prefix(12))" }
            + problem.objects.map { "    affects \($0)" }
    }
}
