internal import KubernetesObjects

extension Repository {
    /// Stores a pack of copies durably, after it was read back.
    ///
    /// - Returns: its size.
    func store(_ copy: consuming PackCopy, _ domain: DomainID) throws(LifeboatError) -> Int {
        let opener = try blobs.opener(copy.header, domain: domain)
        let finished: FinishedPack
        do throws(MalformedBytes) { finished = try copy.finish(opener) } catch {
            throw LifeboatError(
                .internalError,
                "a pack of copies did not read back as it was put together (\(error.reason)), so it was not stored",
                remedy: "run again; when it happens again, test the memory of this machine"
            )
        }
        _ = try store.put(finished.name, finished.bytes)
        return finished.bytes.count
    }
}
