# ParaView's Catalyst of before version 2, and Python: sets ParaView_FOUND and Python3_Development.Embed_FOUND.
# Debian's ParaView names targets of packages that it does not need to be linked with.
foreach(target X11::X11 Freetype::Freetype GLEW::GLEW hdf5::hdf5 hdf5::hdf5_hl LibXml2::LibXml2 NetCDF::NetCDF Boost::boost OpenGL::GLX OpenGL::OpenGL)
  if(NOT TARGET ${target})
    add_library(${target} INTERFACE IMPORTED)
  endif()
endforeach()
find_package(ParaView 5.11 QUIET COMPONENTS Catalyst PythonCatalyst)
find_package(Python3 QUIET COMPONENTS Development.Embed)

# The library of the older Catalyst, from its one source.
function(tasis_add_legacy_catalyst target)
  add_library(${target} MODULE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../solver/insitu/catalyst_legacy.cxx)
  target_link_libraries(${target} PRIVATE ParaView::Catalyst ParaView::PythonCatalyst Python3::Python VTK::ParallelMPI VTK::CommonDataModel)
endfunction()
