import FoundationEssentials
import KubernetesObjects
import Testing

@Suite struct `Errors` {
    @Test func `every code has a row in the documentation and every row a code`() throws {
        let path = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docs/errors.md"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let documented = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .compactMap { $0.dropFirst(3).split(separator: "`").first.map(String.init) }
        #expect(documented.sorted() == ErrorCode.allCases.map(\.rawValue).sorted())
    }

    @Test func `the text names the cause, the code and the next step`() {
        let error = LifeboatError(.repositoryNotFound, "no repository is in /backups", remedy: "run `lifeboat init`")
        #expect(error.description == "no repository is in /backups [repository.not-found]\n  next: run `lifeboat init`")
        #expect(error.exitStatus.rawValue == 10)
    }

    @Test(
        arguments: [
            (ErrorCode.repositoryBusy, 11), (.repositoryWrongKey, 12), (.usage, 64), (.cancelled, 130),
            (.backupIncomplete, 3), (.drillNotPassed, 4), (.clusterTLS, 1),
        ] as [(ErrorCode, Int32)]
    )
    func `exit statuses are those that scripts rely on`(code: ErrorCode, status: Int32) {
        #expect(code.exitStatus.rawValue == status)
    }
}
