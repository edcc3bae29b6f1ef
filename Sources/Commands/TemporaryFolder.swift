internal import Glibc
internal import KubernetesObjects

/// A private folder that is removed with what is in it.
struct TemporaryFolder {
    let path: String

    init() throws(LifeboatError) {
        let parent = Environment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/lifeboat-XXXXXX\0".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw LifeboatError(
                .storageFailed,
                "no temporary folder could be made in \(parent): \(String(cString: strerror(errno)))"
            )
        }
        path = String(cString: made)
    }

    func remove() {
        _ = nftw(path, { path, _, _, _ in path.map { Glibc.remove($0) } ?? 0 }, 16, FTW_DEPTH | FTW_PHYS)
    }
}
